"""Gathers all that is known of a term: names, definition, place, upstream links, uses and examples."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from pilotline.namespaces import ELUCIDATION, OWL, RDFS, SKOS
from pilotline.vocabulary.facts import DECLARATIONS, TYPE, Facts, short
from pilotline.vocabulary.names import is_ours, is_upstream, local_name

_PREF, _ALT, _NOTE = (SKOS + name for name in ("prefLabel", "altLabel", "scopeNote"))
_ABOVE = (RDFS + "subClassOf", RDFS + "subPropertyOf")
_LINKS = (
    OWL + "equivalentClass",
    OWL + "equivalentProperty",
    *_ABOVE,
    *(SKOS + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
)
_SHOWN_APART = {TYPE, _PREF, _ALT, _NOTE, ELUCIDATION, *_LINKS}
Value = NamedNode | Literal


@dataclass(frozen=True)
class Fact:
    """What a term says by one property."""

    property: str
    values: tuple[Value, ...]


@dataclass(frozen=True, order=True)
class Use:
    """Where a term is the value of a property.

    kind: class of the subject, such as `pl:ParameterSpecification`; empty where it has none.
    """

    kind: str
    property: str
    subject: str


@dataclass(frozen=True)
class Term:
    """All that is known of a term; IRIs unless said otherwise.

    kind: local name of its OWL type, such as `Class`.
    alternatives: other names by language.
    file: the module that declares it.
    parents, children, instances: stated, without a reasoner.
    ancestors: what is above, the nearest first, upstream included.
    upstream: pairs of relation and upstream term.
    examples: names of those in which it occurs.
    """

    iri: str
    kind: str
    label: str
    alternatives: Mapping[str, tuple[str, ...]]
    definition: str
    scope_note: str
    file: str
    types: tuple[str, ...]
    parents: tuple[str, ...]
    ancestors: tuple[str, ...]
    children: tuple[str, ...]
    instances: tuple[str, ...]
    upstream: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]
    uses: tuple[Use, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """The terms of an ontology.

    examples: facts of Turtle files in which terms are used, by the name of the file.
    """

    facts: Facts
    examples: Facts = field(default_factory=lambda: Facts({}))
    _uses: Mapping[str, list[Use]] = field(init=False, repr=False)
    _examples: Mapping[str, list[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_uses", _used(self.facts))
        object.__setattr__(self, "_examples", _in_files(self.examples))

    def __iter__(self) -> Iterator[Term]:
        """Yield our terms in the order of their IRIs."""
        return (self.term(iri) for iri in self.facts.ours())

    def label(self, iri: str) -> str:
        """Return the preferred English name, or the IRI as a person reads it."""
        names = self.facts.literals(iri, _PREF, "en") or self.facts.literals(iri, _PREF)
        return names[0] if names else short(iri)

    def term(self, iri: str) -> Term:
        """Return what is known of a term; KeyError where the ontology does not declare it."""
        if iri not in self.facts.declared_in:
            raise KeyError(iri)
        below = [use for use in self._uses.get(iri, []) if use.property in _ABOVE]
        return Term(
            iri=iri,
            kind=next(local_name(kind) for kind in self.facts.types(iri) if NamedNode(kind) in DECLARATIONS),
            label=self.label(iri),
            alternatives=self._alternatives(iri),
            definition=" ".join(self.facts.literals(iri, ELUCIDATION)),
            scope_note=" ".join(self.facts.literals(iri, _NOTE)),
            file=self.facts.file_of(iri),
            types=tuple(kind for kind in self.facts.types(iri) if NamedNode(kind) not in DECLARATIONS),
            parents=tuple(self._parents(iri)),
            ancestors=tuple(self._ancestors(iri)),
            children=tuple(sorted(use.subject for use in below)),
            instances=tuple(sorted(use.subject for use in self._uses.get(iri, []) if use.property == TYPE)),
            upstream=tuple(self._upstream(iri)),
            facts=tuple(self._facts(iri)),
            uses=tuple(sorted(use for use in self._uses.get(iri, []) if use.property not in _SHOWN_APART)),
            examples=tuple(self._examples.get(iri, [])),
        )

    def _alternatives(self, iri: str) -> Mapping[str, tuple[str, ...]]:
        nodes = [node for node in self.facts.by_subject[iri].get(_ALT, []) if isinstance(node, Literal)]
        languages = sorted({node.language or "" for node in nodes})
        return {
            each: tuple(sorted(n.value for n in nodes if (n.language or "") == each)) for each in languages
        }

    def _parents(self, iri: str) -> list[str]:
        return sorted(parent for above in _ABOVE for parent in self.facts.iris(iri, above))

    def _ancestors(self, iri: str) -> Iterator[str]:
        seen, row = {iri}, [iri]
        while row:
            row = list(dict.fromkeys(p for each in row for p in self._parents(each) if p not in seen))
            seen.update(row)
            yield from row

    def _upstream(self, iri: str) -> Iterator[tuple[str, str]]:
        for relation in _LINKS:
            found = sorted(self.facts.iris(iri, relation))
            yield from ((relation, other) for other in found if is_upstream(other))

    def _facts(self, iri: str) -> Iterator[Fact]:
        said = self.facts.by_subject[iri]
        for name in sorted(said.keys() - _SHOWN_APART):
            values = [node for node in said[name] if isinstance(node, Value)]
            if values:
                yield Fact(name, tuple(sorted(values, key=str)))


def _used(facts: Facts) -> Mapping[str, list[Use]]:
    uses: dict[str, list[Use]] = defaultdict(list)
    for subject, said in facts.by_subject.items():
        kind = next((each for each in facts.types(subject) if is_ours(each)), "")
        for name, nodes in said.items():
            for node in nodes:
                if isinstance(node, NamedNode):
                    uses[node.value].append(Use(kind, name, subject))
    return uses


def _in_files(examples: Facts) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, triples in sorted(examples.files.items()):
        nodes: Iterable[object] = (node for t in triples for node in (t.subject, t.predicate, t.object))
        for iri in {node.value for node in nodes if isinstance(node, NamedNode)}:
            found[iri].append(name)
    return found
