"""Makes the JSON-LD context: the words of our terms and of the upstream ones, for whoever writes JSON."""

import json
from collections.abc import Iterator, Mapping

from pilotline import __version__
from pilotline.namespaces import HAS_MEASUREMENT_UNIT, OWL, PREFIXES, RDFS, XSD
from pilotline.vocabulary.facts import Facts, short
from pilotline.vocabulary.names import local_name
from pilotline.vocabulary.words import Word

# JSON-LD would write the number 1.5 as "1.5E0", which is no xsd:decimal: decimals stay as they come.
_COERCED = {XSD + name for name in ("boolean", "double", "integer")}
# BattINFO's published context has these second words.
_ALIASES = {"hasNext": "precedes", "hasNumericalValue": "hasNumberValue"}
# Prefixes of the published contexts besides ours.
_PREFIXES = {
    "csvw": "http://www.w3.org/ns/csvw#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "qb": "http://purl.org/linked-data/cube#",
    "schema": "https://schema.org/",
    "sosa": "http://www.w3.org/ns/sosa/",
    "ssn": "http://www.w3.org/ns/ssn/",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
}

Definition = str | Mapping[str, str]


def context(facts: Facts, words: Mapping[str, Word]) -> str:
    """Return the context as JSON text.

    A word that an upstream term has as its label means that term, as in the contexts published upstream; a
    term of ours with the same word is written with its prefix, such as `pl:CoatedElectrode`, and a prefix of
    ours that is such a word (`bvco`) is left out.
    """
    words = {**words, **{alias: words[word] for alias, word in _ALIASES.items() if word in words}}
    terms = {**dict(_ours(facts, words)), **{word: _theirs(term) for word, term in words.items()}}
    prefixes = {prefix: iri for prefix, iri in {**PREFIXES, **_PREFIXES}.items() if prefix not in terms}
    content = {"@version": 1.1, **dict(sorted(prefixes.items())), **dict(sorted(terms.items()))}
    return json.dumps({"version": __version__, "@context": content}, ensure_ascii=False, indent=2) + "\n"


def _ours(facts: Facts, taken: Mapping[str, Word]) -> Iterator[tuple[str, Definition]]:
    """Yield the names of all but the records, such as `Coating-Viscosity`, which are data.

    A name that is taken is left to its prefix; where its values have a type, the prefixed name says so.
    """
    for iri in facts.ours():
        name, meaning = local_name(iri), _meaning(iri, facts)
        if "-" not in name and (name not in taken or not isinstance(meaning, str)):
            yield (short(iri) if name in taken else name), meaning


def _meaning(iri: str, facts: Facts) -> Definition:
    """Return the IRI; for a property with what its values are."""
    if OWL + "ObjectProperty" in facts.types(iri):
        return {"@id": short(iri), "@type": "@id"}
    for datatype in _COERCED.intersection(facts.iris(iri, RDFS + "range")):
        return {"@id": short(iri), "@type": short(datatype)}
    return short(iri)


def _theirs(term: Word) -> Definition:
    if term.iri == HAS_MEASUREMENT_UNIT:
        return {"@id": short(term.iri), "@type": "@vocab"}
    return {"@id": short(term.iri), "@type": "@id"} if term.kind == "ObjectProperty" else short(term.iri)
