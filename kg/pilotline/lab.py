"""The store of a lab, as a notebook uses it: questions and tables become data frames."""

from collections.abc import Iterable
from dataclasses import asdict, astuple
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from pilotline.flat import RowKind, Table, flat_table, to_arrow
from pilotline.ingest.founding import found, shipped_rules
from pilotline.ingest.publishing import rehearse
from pilotline.ingest.sources import jobs
from pilotline.iris import Place
from pilotline.namespaces import PL
from pilotline.quantities.units import Units
from pilotline.questions.labels import node_called
from pilotline.questions.question import Answer, Term, ask, find_question, questions, read_text
from pilotline.readiness.gaps import find_gaps
from pilotline.resources import data_folder
from pilotline.store import Store
from pilotline.trace import Graph, Recall, Stretch, Trace, ahead, behind, first_run, recall, recall_stretch
from pilotline.validation import Report

if TYPE_CHECKING:
    import pandas as pd

_GAP = ("kind", "step", "parameter", "why", "source")
_NUMERIC = frozenset({"integer", "decimal", "double", "float", "int", "long"})


class Lab:
    """One store, opened to read. What another process publishes is seen at the next call.

    Methods that give a data frame need pandas: install `pilotline[notebook]`.
    """

    def __init__(self, db: Path | str = "pilotline-db") -> None:
        self._store = Store.open(db)

    @property
    def graph(self) -> Graph:
        """Return the lineage of the current generation."""
        return Graph(self._store.read())

    def questions(self) -> "pd.DataFrame":
        """Return the canned questions: name, summary, parameters."""
        rows = [
            (each.name, each.header.topic, each.header.summary, ", ".join(each.params), each.header.example)
            for each in questions(data_folder("queries"))
        ]
        return _frame(("name", "topic", "summary", "parameters", "example"), rows)

    def query(self, question: str, **given: object) -> "pd.DataFrame":
        """Return the answer to a canned question, by its name, or to a SPARQL SELECT.

        given: the parameters of the question, as labels, IRIs or numbers.
        Errors: QuestionError for an unknown question, a wrong parameter, bad SPARQL.
        """
        is_sparql = any(sign in question for sign in "{\n")
        asked = read_text("query", question) if is_sparql else find_question(question, data_folder("queries"))
        answer = ask(self._store.read(), asked, {name: str(value) for name, value in given.items()})
        return _frame(answer.columns, _python_rows(answer))

    def behind(self, thing: str) -> Trace:
        """Return every lot and run behind a cell, lot or run, named by its label or IRI."""
        return behind(self.graph, self._node(thing))

    def ahead(self, thing: str) -> Trace:
        """Return everything that was made from a lot."""
        return ahead(self.graph, self._node(thing))

    def recall(self, lot: str, metres: tuple[float, float] | None = None, after: str = "") -> Recall:
        """Return the cells that hold a lot, or only those of a stretch of web.

        metres: along the web as counted after the run `after`; without one, after the run that made the lot.
        """
        node = self._node(lot)
        if metres is None:
            return recall(self.graph, node)
        run = self._node(after).value if after else first_run(self.graph, node)
        return recall_stretch(self.graph, Stretch(node.value, *metres, run))

    def table(self, step: str = "") -> "pd.DataFrame":
        """Return one row for each cell or, with a step, for each of its runs; the index is the label."""
        frame: pd.DataFrame = to_arrow(self.flat(step)).to_pandas()
        return frame.set_index("label")

    def flat(self, step: str = "") -> Table:
        """Return the same table with the sources of its numbers."""
        of = node_called(self._store.read(), step, NamedNode(PL + "ProcessStep")) if step else None
        return flat_table(self.graph, RowKind(of), Units.load())

    def gaps(self, model: str = "", step: str = "") -> "pd.DataFrame":
        """Return what a model, or a type of model, needs at a step and does not get, one gap a row."""
        found = find_gaps(self._store.read(), model, step)
        return _frame(_GAP, [(gap.kind.value, *astuple(gap)[1:]) for gap in found])

    def validate(self, *files: Path | str, mapping: Path | str | None = None, scope: str = "") -> Report:
        """Return what ingesting files would find; nothing is stored.

        Errors: PilotlineError for a file or mapping that cannot be read.
        """
        rules = shipped_rules()
        place = Place(scope or None, None, fallback="validated")
        store = found(self._store.path, rules)
        with TemporaryDirectory() as folder:
            reports = [
                rehearse(store, job.stage(Path(folder) / "staged.nq", rules.vocabulary, Units.load()), rules)
                for job in jobs(tuple(map(Path, files)), Path(mapping) if mapping else None, place)
            ]
        return _joined(reports)

    def findings(self, report: Report) -> "pd.DataFrame":
        """Return the findings of a report, one a row."""
        rows = [asdict(finding) for finding in report.findings]
        return _frame(tuple(rows[0]) if rows else ("code",), [tuple(row.values()) for row in rows])

    def _node(self, name: str) -> NamedNode:
        return node_called(self._store.read(), name)


def _joined(reports: list[Report]) -> Report:
    first, *others = reports
    return first.noting(finding for report in others for finding in report.findings)


def _python_rows(answer: Answer) -> list[tuple[Any, ...]]:
    return [tuple(_python(value) for value in row) for row in answer.rows]


def _python(term: Term | None) -> Any:
    if not isinstance(term, Literal):
        return None if term is None else term.value
    kind = term.datatype.value.rpartition("#")[2]
    if kind in _NUMERIC:
        return float(term.value) if kind != "integer" else int(term.value)
    return term.value == "true" if kind == "boolean" else term.value


def _frame(columns: Iterable[str], rows: list[tuple[Any, ...]]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame.from_records(rows, columns=list(columns))
