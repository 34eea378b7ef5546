"""Writes terms and statements as lines of N-Quads."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from pilotline.namespaces import RDF, XSD

TYPE = f"<{RDF}type>"
# Stands for a node in lines that are put together before it is known: no IRI holds it, literals escape it.
NODE = "\r"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def iri(text: str) -> str:
    """Return an IRI as a term; the text is one already, percent-encoded where needed."""
    return f"<{text}>"


def string(text: str) -> str:
    r"""Return a text as a term.

    >>> print(string('5" wafer'))
    "5\" wafer"
    """
    return f'"{text.translate(_ESCAPES)}"'


def typed(text: str, datatype: str) -> str:
    """Return a literal of an XSD datatype, given by its local name."""
    return f'"{text}"^^<{XSD}{datatype}>'


def decimal(number: Decimal) -> str:
    """Return a number as `xsd:decimal`, with its digits and without an exponent."""
    return typed(format(number, "f"), "decimal")


def double(number: float) -> str:
    """Return a number as `xsd:double`."""
    return typed(repr(number), "double")


def integer(number: int) -> str:
    """Return a whole number as `xsd:integer`."""
    return typed(str(number), "integer")


def boolean(truth: bool) -> str:
    """Return `true` or `false` as `xsd:boolean`."""
    return typed("true" if truth else "false", "boolean")


def moment(time: date) -> str:
    """Return a day as `xsd:date` and a point in time as `xsd:dateTime`."""
    return typed(time.isoformat(), "dateTime" if isinstance(time, datetime) else "date")


def about(lines: str) -> Callable[[str], str]:
    """Return what writes lines of one node after the other; they hold `NODE` in place of its IRI."""
    pieces = lines.split(NODE)
    return lambda node: node.join(pieces)


class Lines:
    """Makes the lines of one named graph."""

    def __init__(self, graph: str) -> None:
        self.graph = graph
        self.end = f" <{graph}> .\n"

    def line(self, subject: str, predicate: str, value: str) -> str:
        """Return one statement; subject and predicate are IRIs, value is a term."""
        return f"<{subject}> <{predicate}> {value}{self.end}"

    def link(self, subject: str, predicate: str, target: str) -> str:
        """Return one statement between two IRIs."""
        return f"<{subject}> <{predicate}> <{target}>{self.end}"

    def types(self, subject: str, classes: tuple[str, ...]) -> str:
        """Return the statements that give a thing its classes."""
        return "".join([f"<{subject}> {TYPE} <{each}>{self.end}" for each in classes])
