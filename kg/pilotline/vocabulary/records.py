"""Turns rows of records (specifications, ratings, statements, works) into a name and a sentence each."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from pilotline.namespaces import ELUCIDATION, SKOS
from pilotline.vocabulary.generator import Generator
from pilotline.vocabulary.tables import Row, Tables

_NAMED = (
    "parameters", "steps", "lots", "equipment", "individuals", "techniques", "models", "software",
    "projects", "data_sources", "statement_terms",
)  # fmt: skip
_ROLES = {"MachineParameter": "machine", "ProcessParameter": "process", "StructureParameter": "structure"}
_EFFECTS = {"+": "the more, the more", "-": "the more, the less", "?": "no direction is given"}


class Records:
    """Says what records are, in the words of the terms that they name."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._said: Mapping[str, tuple[Callable[[Row], str], Callable[[Row], str]]] = {
            "specifications": (self._specification_name, self._specification),
            "assessments": (self._assessment_name, self._assessment),
            "statements": (_statement_name, self._statement),
            "references": (_work_name, _work),
        }

    def triples(self, generator: Generator, table: str) -> Iterator[Triple]:
        """Yield name and sentence of each row of a table of records."""
        name, sentence = self._said[table]
        for row in self._tables.rows(table):
            subject = generator.subject(row)
            yield Triple(subject, NamedNode(SKOS + "altLabel"), Literal(name(row), language="en"))
            yield Triple(subject, NamedNode(ELUCIDATION), Literal(sentence(row), language="en"))

    @cached_property
    def _words(self) -> Mapping[str, str]:
        rows = (row for table in _NAMED for row in self._tables.rows(table))
        return {row["term"]: next(iter(row.values("alt_en")), "") for row in rows}

    @cached_property
    def _specifications(self) -> Mapping[str, Row]:
        return {row["term"]: row for row in self._tables.rows("specifications")}

    def _of(self, terms: Iterable[str]) -> str:
        return _listed(self._words.get(term) or term.removeprefix("pl:") for term in terms)

    def _specification_name(self, row: Row) -> str:
        return f"{self._of([row['parameter']])} at {self._of([row['step']])}"

    def _specification(self, row: Row) -> str:
        role = _ROLES[row["role"].removeprefix("pl:")]
        place = f"; row {row['row']} of Table {row['table']}" if row["row"] else ""
        name = self._specification_name(row)
        return f"The {name}: a {role} parameter, borne by {self._bearer(row)}{place}."

    def _bearer(self, row: Row) -> str:
        side = row["bearer"].partition(":")[0]
        if side in ("input", "output"):
            way = "goes in" if side == "input" else "comes out"
            return f"the {self._of([row['bearer_class']])} that {way}"
        return f"the {side}"

    def _assessment_name(self, row: Row) -> str:
        parts = [self._specifications[term] for term in row.values("specification")]
        parameters = self._of(dict.fromkeys(part["parameter"] for part in parts))
        step = self._of(dict.fromkeys(part["step"] for part in parts))
        models = f" for {self._of([row['model_type']])}" if row["model_type"] else ""
        return f"{self._of([row['dimension']])} of {parameters} at {step}{models}"

    def _assessment(self, row: Row) -> str:
        level, basis = self._of([row["level"]]), self._of([row["basis"]])
        return f"The {self._assessment_name(row)} is rated {level}; {basis}."

    def _statement(self, row: Row) -> str:
        said = self._typed(row)
        scope = f" ({row['scope']})" if row["scope"] else ""
        return " ".join(part for part in (f"{said}{scope}.", row["fact"]) if part)

    def _typed(self, row: Row) -> str:
        """Return what the typed columns of a statement say."""
        subject, other = self._side(row, "subject"), self._side(row, "object")
        match row["kind"]:
            case "influence":
                return f"Effect of {subject} on {other}: {_EFFECTS[row['sign']]}"
            case "range":
                return f"Figure for {_joined(subject, other)}: {self._figure(row)}"
            case "gap":
                return f"Gap, {self._of([row['gap_kind']])}: {_joined(subject, other)}"
            case "model_input":
                how = f", {self._of([row['how']])}" if row["how"] else ""
                return f"Input of {subject}{how}: {other}"
            case "model_output":
                how = f", {self._of([row['how']])}" if row["how"] else ""
                return f"Output of {subject}{how}: {other}"
            case "rating":
                rated = _listed(part.replace("=", " ") for part in row.values("rating"))
                return f"Rating of {_joined(subject, other)}: {rated}"
            case "technique_property":
                parts = (self._of(row.values("property")), self._figure(row))
                return f"{subject}, for {other}: {_joined(*parts)}"
            case _:
                return f"Remark on {_joined(subject, other)}"

    def _side(self, row: Row, side: str) -> str:
        words = self._of(row.values(side))
        return _joined(words, row[f"{side}_text"])

    def _figure(self, row: Row) -> str:
        low, high, unit = row["value_min"], row["value_max"], row["unit_symbol"]
        if low and high:
            figure = low if low == high else f"{low} to {high}"
        elif low or high:
            figure = f"at least {low}" if low else f"at most {high}"
        else:
            return row["value_text"]
        kind = f", {self._of([row['range_kind']])}" if row["range_kind"] else ""
        return f"{figure} {'' if unit == '1' else unit}".strip() + kind


def _statement_name(row: Row) -> str:
    return f"statement {row['seed']} of section {row['source']}"


def _work_name(row: Row) -> str:
    return f"work {row['number']} of the reference list"


def _work(row: Row) -> str:
    author = f", first author {row['first_author']}" if row["first_author"] else ""
    year = f", {row['year']}" if row["year"] else ""
    lost = "; its text is lost in the copy that was read" if row["lost"] == "yes" else ""
    return f"The work that the paper cites under number {row['number']}{author}{year}{lost}."


def _listed(words: Iterable[str]) -> str:
    *most, last = [*words] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
