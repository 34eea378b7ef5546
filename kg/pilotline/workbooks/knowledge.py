"""Answers what a template asks of the ontology: definitions, ratings, inputs of models, lots of a step."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from pilotline.quantities.units import Units
from pilotline.vocabulary.tables import Row, Tables
from pilotline.vocabulary.terms import Specification, Step, Vocabulary, folded
from pilotline.vocabulary.upstream import UnknownTermError


@dataclass(frozen=True)
class Knowledge:
    """The vocabulary with the tables behind it."""

    vocabulary: Vocabulary
    units: Units
    tables: Tables

    @classmethod
    def shipped(cls, vocabulary: Vocabulary, units: Units) -> "Knowledge":
        """Return what ships with Pilotline."""
        return cls(vocabulary, units, Tables.shipped())

    @cached_property
    def _definitions(self) -> dict[str, str]:
        return {row["term"].removeprefix("pl:"): row["definition"] for row in self.tables.rows("parameters")}

    def definition(self, parameter: str) -> str:
        """Return the definition of a parameter, by local name."""
        return self._definitions.get(parameter, "")

    @cached_property
    def _steps(self) -> dict[str, Row]:
        return {row["term"].removeprefix("pl:"): row for row in self.tables.rows("steps")}

    @cached_property
    def _kind_of(self) -> dict[str, str]:
        """The kind of lot that a line labels a product or a part of a cell as, by local name."""
        rows = (row for row in self.tables.rows("lots") if row["family"] != "lot" and row["kind"])
        return {row["term"].removeprefix("pl:"): row["kind"] for row in rows}

    def inputs(self, step: str) -> list[str]:
        """Return the kinds of lots that go into a step, by local name."""
        return self._kinds(step, "inputs", "input:")

    def outputs(self, step: str) -> list[tuple[str, str]]:
        """Return the kinds of lots that come out of a step, each with the class of its state."""
        names = _names(self._steps[step].values("outputs"))
        by_kind = {self._kind_of[name]: name for name in names if name in self._kind_of}
        product = next((name for name in names if name in self._kind_of), "State")
        return [(kind, by_kind.get(kind, product)) for kind in self._kinds(step, "outputs", "output:")]

    def _kinds(self, step: str, column: str, role: str) -> list[str]:
        specified = [spec.bearer.removeprefix(role) for spec in self.vocabulary.specified(step)
                     if spec.bearer.startswith(role)]  # fmt: skip
        names = _names(self._steps[step].values(column))
        known = [self._kind_of[name] for name in names if name in self._kind_of]
        return list(dict.fromkeys([*known, *specified]))

    @cached_property
    def _criticality(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in self.tables.rows("assessments"):
            if row["dimension"] == "pl:Criticality":
                for spec in _names(row.values("specification")):
                    found.setdefault(spec, set()).add(row["level"].removeprefix("pl:"))
        return found

    def criticality(self, specification: Specification) -> set[str]:
        """Return the levels of criticality that are known, whatever the model type; none: not known."""
        return self._criticality.get(specification.name, set())

    @cached_property
    def _models(self) -> list[Row]:
        return [row for row in self.tables.rows("models") if row["nature"] == "individual"]

    def model_inputs(self, name: str) -> set[str]:
        """Return the parameters that a named model takes in, by local name.

        Errors: UnknownTermError, with the models whose inputs are known.
        """
        wanted = folded(name.removeprefix("pl:"))
        for row in self._models:
            names = (row["term"].removeprefix("pl:"), *row.values("alt_en"), *row.values("alt_de"))
            if wanted in map(folded, names) and row["inputs"]:
                return set(_names(row.values("inputs")))
        known = ", ".join(row["term"].removeprefix("pl:") for row in self._models if row["inputs"])
        raise UnknownTermError(f"no model with known inputs is called {name!r}; there are {known}")

    @cached_property
    def any_model_inputs(self) -> dict[str, set[str]]:
        """The parameters that some named model of a step takes in, by step."""
        found: dict[str, set[str]] = {}
        for row in self._models:
            for step in _names(row.values("steps")):
                found.setdefault(step, set()).update(_names(row.values("inputs")))
        return found

    @cached_property
    def conventions(self) -> tuple[str, ...]:
        """The names of all conventions."""
        return self.names_of("Convention")

    @cached_property
    def techniques(self) -> tuple[str, ...]:
        """The names of the ways in which a value may come about."""
        rows = self.tables.rows("techniques")
        return tuple(row["term"].removeprefix("pl:") for row in rows if row["kind"] != "group")

    def names_of(self, class_: str) -> tuple[str, ...]:
        """Return the names of the individuals of a class, by local name."""
        rows = self.tables.rows("individuals")
        return tuple(row["term"].removeprefix("pl:") for row in rows if row["class"] == f"pl:{class_}")

    def categories(self, parameter: str) -> tuple[str, ...]:
        """Return the words for the categories of a parameter."""
        entries = self.vocabulary.entries.by_name.values()
        return tuple(entry.labels[0] if entry.labels else entry.name for entry in entries
                     if parameter in entry.parameters)  # fmt: skip

    def step(self, name: str) -> Step:
        """Return a step by name, label or slug.

        Errors: UnknownTermError.
        """
        return self.vocabulary.step(name)


def _names(terms: Iterable[str]) -> list[str]:
    return [term.removeprefix("pl:") for term in terms]
