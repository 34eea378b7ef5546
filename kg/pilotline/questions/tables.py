"""Turns the answer to a question into what programs and spreadsheets read."""

import csv
import io
from typing import Any

from pyoxigraph import Literal, QueryResultsFormat, parse_query_results

from pilotline.formulas import csv_safe
from pilotline.questions.question import Answer, Question, Term, answered


def read_answer(text: bytes, question: Question) -> Answer:
    """Read an answer from SPARQL results in JSON; the parameters of the question are no columns."""
    return answered(question, parse_query_results(text, QueryResultsFormat.JSON))


def as_csv(answer: Answer) -> str:
    """Return the answer as CSV, in which a spreadsheet takes no text for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_safe(value) for value in row] for row in answer.rows)
    return text.getvalue()


def as_data(answer: Answer) -> dict[str, Any]:
    """Return the answer as plain data; what has no value is left out of its row."""
    rows = [
        {name: term.value for name, term in zip(answer.columns, row, strict=True) if term is not None}
        for row in answer.rows
    ]
    return {"columns": list(answer.columns), "rows": rows}


def _safe(term: Term | None) -> str:
    if term is None:
        return ""
    is_text = isinstance(term, Literal) and term.datatype.value.endswith(("#string", "#langString"))
    return csv_safe(term.value) if is_text else term.value
