"""Turns a row that is one statement into its line."""

from collections.abc import Mapping

from pilotline.namespaces import XSD
from pilotline.rdf.ntriples import string
from pilotline.tabular import subjects
from pilotline.tabular.row import Read, left_out
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.things import Bearer
from pilotline.vocabulary.terms import Step


class StatementReader:
    """One row is one statement."""

    def __init__(self, sheet: Sheet, spec: subjects.StatementRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self.index, self._subject = sheet.text(spec.statement)
        self._predicate = sheet.text(spec.predicate)[1]
        self._object_index = sheet.headers.column(spec.object).index
        self._datatype = sheet.text(spec.datatype)[1]
        self.step: Step | None = None
        self.roles: Mapping[str, str] = {}

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return the statement; main is its subject."""
        subject, predicate = self._subject(cells), self._predicate(cells)
        if not subject or not predicate:
            return left_out(self._sheet, row, self.index)
        for iri in (subject, predicate):
            if not is_iri(iri):
                self._no_iri(row, iri)
                return None
        term = self._term(row, str(cells[self._object_index]), self._datatype(cells))
        text = self._lines.line(subject, predicate, term) if term else ""
        return Read(text, Bearer(subject, own=True), {})

    def _term(self, row: int, text: str, datatype: str) -> str:
        if not datatype:
            if not is_iri(text):
                self._no_iri(row, text)
                return ""
            return f"<{text}>"
        if datatype.startswith("@"):
            return string(text) + datatype
        return string(text) if datatype == XSD + "string" else f"{string(text)}^^<{datatype}>"

    def _no_iri(self, row: int, text: str) -> None:
        message = f"{text!r} is no IRI; write it in full, and a datatype beside a literal"
        self._sheet.problem("Statement-iri", row, self.index, message, value=text)


def is_iri(text: str) -> bool:
    """Say whether a text can be an IRI in full; RDF names of nodes are absolute."""
    return ":" in text and not any(sign <= " " or sign in '<>"{}|^`\\' for sign in text)
