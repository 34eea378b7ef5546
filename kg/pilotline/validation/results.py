"""One validation result: which node breaks which shape, and how."""

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from pilotline.findings import Severity
from pilotline.namespaces import SH
from pilotline.validation.terms import Term

_SEVERITIES = {
    SH + "Violation": Severity.VIOLATION,
    SH + "Warning": Severity.WARNING,
    SH + "Info": Severity.INFO,
}


@dataclass(frozen=True)
class Result:
    """What a SHACL validation result says.

    shape: the shape that was broken; component: IRI of the constraint component.
    path: as a SPARQL path, empty for a node shape.
    value: the value that breaks the shape; nothing where a value is missing.
    messages: in the languages that the shape speaks.
    """

    shape: Term
    focus: Term
    severity_iri: str
    component: str
    path: str = ""
    value: Term | None = None
    messages: tuple[Literal, ...] = ()

    @property
    def code(self) -> str:
        """Return the local name of the shape; a shape without a name goes by its component."""
        if isinstance(self.shape, NamedNode):
            return self.shape.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        return self.component.rsplit("#", 1)[-1]

    @property
    def severity(self) -> Severity:
        """Return how much it matters; a severity that only the shape's author knows is a violation."""
        return _SEVERITIES.get(self.severity_iri, Severity.VIOLATION)

    @property
    def key(self) -> tuple[str, ...]:
        """Return what two engines must agree on."""
        value = "" if self.value is None else str(self.value)
        return str(self.shape), str(self.focus), self.severity_iri, self.component, self.path, value

    def message(self, language: str) -> str:
        """Return the message in a language, else in English, else the first one there is."""
        for wanted in (language, "en", None):
            for message in self.messages:
                if wanted in (message.language, None):
                    return message.value
        return ""
