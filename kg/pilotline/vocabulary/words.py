"""Holds the words of the JSON-LD contexts published upstream: labels, each with the term that it means."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pilotline.vocabulary.facts import short
from pilotline.vocabulary.mirror import Mirror
from pilotline.vocabulary.names import expand
from pilotline.vocabulary.stubs import is_bridged
from pilotline.vocabulary.tables import Tables

COLUMNS = ("word", "term", "kind")


@dataclass(frozen=True)
class Word:
    """A label and the term that a JSON-LD document means by it; kind: a local name of OWL."""

    word: str
    iri: str
    kind: str


def pick_words(mirror: Mirror, tables: Tables) -> list[Word]:
    """Return the words of the mirror in their order, without the labels that several terms have.

    The table `word_choices` says which of them such a label means where published documents show it.
    """
    named: dict[str, list[Word]] = defaultdict(list)
    for term in mirror.upstream.terms.values():
        if not is_bridged(term.iri) and term.iri not in mirror.deprecated:
            named[term.label].append(Word(term.label, term.iri, term.kind))
    clear = {word: terms[0] for word, terms in named.items() if len(terms) == 1}
    for row in tables.rows("word_choices"):
        iri = expand(row["term"])
        chosen = [each for each in named[row["word"]] if each.iri == iri]
        if not chosen or row["word"] in clear:
            raise row.error("word", f"is not the label of {row['term']} and of others")
        clear[row["word"]] = chosen[0]
    return [clear[word] for word in sorted(clear)]


def words_as_csv(words: Iterable[Word]) -> str:
    """Return the table `words`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((word.word, short(word.iri), word.kind) for word in words)
    return text.getvalue()


def read_words(tables: Tables) -> dict[str, Word]:
    """Return the words of the table `words`, which `pilotline ontology import` writes."""
    return {row["word"]: Word(row["word"], expand(row["term"]), row["kind"]) for row in tables.rows("words")}
