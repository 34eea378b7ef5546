"""Gives every page the same look."""

import re
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import Literal

from pilotline.namespaces import DATA, ONTOLOGY, PREFIXES, XSD
from pilotline.quantities.units import Units
from pilotline.vocabulary.terms import spaced
from pilotline_server.pages import script
from pilotline_server.pages.choices import stands_for

_FRACTIONS = tuple(XSD + name for name in ("decimal", "double", "float"))
_DIGITS = 7
# The editor and the graph give their elements styles and pictures that the rest of the site does without.
DRAWING_POLICY = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}


def static(name: str) -> bytes:
    """Return a file that the pages link to."""
    return files(__package__).joinpath(name).read_bytes()


def render(template: str, **values: object) -> str:
    """Return a page; whatever the values hold, it is text and never markup."""
    return _environment().get_template(template).render(**values)


def address_of(iri: str) -> str:
    """Return where this server describes what an IRI stands for."""
    if iri.startswith(ONTOLOGY + "#"):
        return f"/ontology/{iri.removeprefix(ONTOLOGY + '#')}"
    if iri.startswith(DATA):
        return f"/id/{iri.removeprefix(DATA)}"
    return f"/resource?iri={quote(iri, safe='')}"


def short(iri: str) -> str:
    """Return an IRI as people read it: with a prefix where there is one."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri.removeprefix(DATA)


def moment(time: str) -> str:
    """Return a time to the minute: `2026-11-25T23:38:20Z` is `2026-11-25 23:38 UTC`."""
    return re.sub(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$", r"\1 \2 UTC", time)


def licence(iri: str) -> str:
    """Return a licence as people call it: `CC-BY-4.0`."""
    return iri.rpartition("/")[2]


def unit_symbol(name: str) -> str:
    """Return the symbol of a unit by its IRI or its name: `MetrePerMinute` is `m/min`; what is none stays."""
    unit = Units.load().named(name)
    return unit.symbol if unit else name


def shown(term: Literal) -> str:
    """Return a literal as people read it: a number that was worked out to seven digits, the rest as it is."""
    worked_out = term.datatype.value in _FRACTIONS and len(term.value.strip("-0.")) > _DIGITS + 1
    return f"{float(term.value):.{_DIGITS}g}" if worked_out else term.value


@cache
def _environment() -> Environment:
    loader = PackageLoader("pilotline_server.pages")
    made = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"address_of": address_of, "short": short}
    made.filters |= {"stands_for": stands_for, "unit": unit_symbol, "shown": shown}
    made.filters |= {"in_words": spaced, "moment": moment, "licence": licence}
    made.globals["script"] = script.address
    return made
