"""Each word of the JSON-LD context means a term that exists, the one it means in the contexts published."""

import json
from pathlib import Path
from typing import Any

import pytest
from beside import shared
from pyld import jsonld

from pilotline.resources import data_folder
from pilotline.vocabulary.facts import Facts
from pilotline.vocabulary.mirror import Mirror, read_mirror
from pilotline.vocabulary.names import is_ours
from pilotline.vocabulary.stubs import is_bridged
from pilotline.vocabulary.tables import Tables

DOCUMENTS = ("empa_aurora", "bdf_examples")


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    text = (data_folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)["@context"]
    return content


def test_every_word_of_ours_means_a_declared_term(context: dict[str, Any]) -> None:
    facts = Facts.read(sorted(data_folder("ontology").glob("*.ttl")))
    ours = {iri for iri in expanded(context, words(context)).values() if is_ours(iri)}
    assert ours - facts.declared_in.keys() == set()


def test_each_upstream_label_means_its_term_as_in_the_contexts_published(
    context: dict[str, Any], mirror: Path
) -> None:
    """Upstream makes its contexts of the labels of its terms: each label its IRI."""
    labels = labelled(read_mirror(mirror, Tables.shipped()))
    meant = expanded(context, sorted(labels.keys() & context.keys()))
    assert {word: iri for word, iri in meant.items() if iri not in labels[word]} == {}
    several = {word for word, iris in labels.items() if len(iris) > 1}
    assert labels.keys() - several - meant.keys() == set()


def test_each_word_that_published_documents_define_themselves_means_the_same_here(
    context: dict[str, Any],
) -> None:
    """Beside the address of the published context they repeat some of its words, units among them."""
    documents = [path for folder in DOCUMENTS for path in shared("data").rglob(f"{folder}/**/*.jsonld")]
    local = [part for path in documents for part in own_words(path)]
    assert {word for part in local for word in part} >= {"hasMeasurementUnit", "emmo", "echem", "battery"}
    for part in local:
        known = {word: meaning for word, meaning in part.items() if word in context}
        assert known == {word: in_full(context[word], context) for word in known}


def in_full(meaning: Any, context: dict[str, Any]) -> Any:
    if isinstance(meaning, dict):
        return {**meaning, "@id": in_full(meaning["@id"], context)}
    prefix, _, name = meaning.partition(":")
    return meaning if name.startswith("//") else context[prefix] + name


def own_words(document: Path) -> list[dict[str, Any]]:
    parts = json.loads(document.read_text(encoding="utf-8")).get("@context", [])
    named = isinstance(parts, list) and any("w3id.org/emmo/domain" in str(part) for part in parts)
    return [part for part in parts if isinstance(part, dict)] if named else []


def labelled(mirror: Mirror) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for term in mirror.upstream.terms.values():
        if not is_bridged(term.iri) and term.iri not in mirror.deprecated:
            found.setdefault(term.label, set()).add(term.iri)
    return found


def expanded(context: dict[str, Any], names: list[str]) -> dict[str, str]:
    document = {"@context": context, "@type": names}
    return dict(zip(names, jsonld.expand(document)[0]["@type"], strict=True))


def test_word_that_upstream_has_keeps_its_upstream_meaning(context: dict[str, Any]) -> None:
    assert context["CoatedElectrode"] == "echem:electrochemistry_92147e31_d015_4889_a092_04fbab033f15"
    assert context["CalenderedElectrode"] == "pl:CalenderedElectrode"


def words(context: dict[str, Any]) -> list[str]:
    return [word for word, value in context.items() if word != "@version" and not is_prefix(value)]


def is_prefix(value: Any) -> bool:
    return isinstance(value, str) and value.endswith(("#", "/"))
