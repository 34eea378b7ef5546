"""Turns prefixed names into IRIs and back."""

import re
from functools import lru_cache

from pilotline.namespaces import (
    BATTERY,
    BVCO,
    CHAMEO,
    ECHEM,
    EMMO,
    GPO,
    MANUFACTURING,
    PL,
    PREFIXES,
    SUBSTANCE,
)

EMMO_STACK = (EMMO, ECHEM, BATTERY, MANUFACTURING, SUBSTANCE, CHAMEO)
BRIDGED = (BVCO, GPO)
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


class CurieError(ValueError):
    """A prefixed name that cannot be read."""


def expand(curie: str) -> str:
    """Return the IRI of a prefixed name.

    >>> expand("pl:Coating")
    'https://w3id.org/pilotline/ontology#Coating'
    """
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in PREFIXES or not local:
        raise CurieError(f"{curie!r} is not a prefixed name; the prefixes are {', '.join(PREFIXES)}")
    return PREFIXES[prefix] + local


@lru_cache(maxsize=65536)
def compact(iri: str) -> str | None:
    """Return the prefixed name of an IRI, or nothing where no prefix fits.

    >>> compact("https://w3id.org/pilotline/ontology#Coating")
    'pl:Coating'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return None


def local_name(iri: str) -> str:
    """Return what follows the last `#` or `/`."""
    return re.split("[#/]", iri)[-1]


def is_ours(iri: str) -> bool:
    """Say whether the IRI is one of our terms."""
    return iri.startswith(PL)


def is_upstream(iri: str) -> bool:
    """Say whether the IRI belongs to the EMMO stack, to BVCO or to GPO."""
    return iri.startswith(EMMO_STACK + BRIDGED)
