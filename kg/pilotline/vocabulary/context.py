"""Makes the JSON-LD context: the words of our terms and of the upstream ones, for whoever writes JSON."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from pilotline import __version__
from pilotline.namespaces import HAS_MEASUREMENT_UNIT, HAS_NUMBER_VALUE, OWL, PREFIXES, RDFS, XSD
from pilotline.vocabulary.facts import Facts, short
from pilotline.vocabulary.names import local_name
from pilotline.vocabulary.stubs import is_bridged
from pilotline.vocabulary.upstream import Upstream

# JSON-LD would write the number 1.5 as "1.5E0", which is no xsd:decimal: decimals stay as they come.
_COERCED = {XSD + name for name in ("boolean", "double", "integer")}
# BattINFO's published context has this second word for hasNumberValue.
_ALIASES = {"hasNumericalValue": HAS_NUMBER_VALUE}


def context(facts: Facts, upstream: Upstream) -> str:
    """Return the context as JSON text.

    A word that an upstream term has as its label means that term, as in the contexts published upstream; a
    term of ours with the same word is written with its prefix, such as `pl:CoatedElectrode`.
    """
    words = {**dict(_our_words(facts)), **dict(_upstream_words(upstream)), **_ALIASES}
    terms = {word: _definition(iri, facts, upstream) for word, iri in sorted(words.items())}
    content = {"@version": 1.1, **PREFIXES, **terms}
    return json.dumps({"version": __version__, "@context": content}, ensure_ascii=False, indent=2) + "\n"


def _our_words(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the names of all but the records, such as `Coating-Viscosity`, which are data."""
    yield from ((local_name(iri), iri) for iri in facts.ours() if "-" not in local_name(iri))


def _upstream_words(upstream: Upstream) -> Iterator[tuple[str, str]]:
    """Yield the labels that only one term of the EMMO stack has."""
    terms = [term for term in upstream.terms.values() if not is_bridged(term.iri)]
    count = Counter(term.label for term in terms)
    yield from ((term.label, term.iri) for term in terms if count[term.label] == 1)


def _definition(iri: str, facts: Facts, upstream: Upstream) -> str | Mapping[str, str]:
    """Return the IRI; for a property with what its values are."""
    if iri == HAS_MEASUREMENT_UNIT:
        return {"@id": short(iri), "@type": "@vocab"}
    if _is_object_property(iri, facts, upstream):
        return {"@id": short(iri), "@type": "@id"}
    for datatype in _COERCED.intersection(facts.iris(iri, RDFS + "range")):
        return {"@id": short(iri), "@type": short(datatype)}
    return short(iri)


def _is_object_property(iri: str, facts: Facts, upstream: Upstream) -> bool:
    kind = upstream.terms[iri].kind if iri in upstream.terms else ""
    return kind == "ObjectProperty" or OWL + "ObjectProperty" in facts.types(iri)
