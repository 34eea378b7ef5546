"""Holds the facts about upstream terms: a table of IRI, label and hierarchy, and what its names mean."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from pilotline.errors import PilotlineError
from pilotline.vocabulary.names import CurieError, compact, expand, is_upstream, local_name
from pilotline.vocabulary.tables import Row, Tables

COLUMNS = ("term", "kind", "label", "language", "parents", "equivalents", "release")
KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")


class UnknownTermError(PilotlineError, LookupError):
    """A name that no term has, or that several have."""


@dataclass(frozen=True)
class UpstreamTerm:
    """A term of another ontology.

    kind: one of KINDS, a local name of OWL.
    language: of the label; upstream leaves it out on many units.
    parents: IRIs of the named classes or properties directly above it, stated or stated by an intersection.
    equivalents: IRIs of named classes that it is stated to equal.
    release: name of a release in `releases.csv`.
    """

    iri: str
    kind: str
    label: str
    language: str
    parents: tuple[str, ...]
    equivalents: tuple[str, ...]
    release: str


@dataclass(frozen=True)
class Release:
    """One upstream ontology as it was pinned."""

    name: str
    iri: str
    repository: str
    commit: str
    licence: str

    @property
    def address(self) -> str:
        """Return where the pinned files are on the web."""
        return f"{self.repository}/tree/{self.commit}"


class Upstream:
    """The upstream terms by IRI, and by the readable name that the tables use."""

    def __init__(self, terms: Iterable[UpstreamTerm]) -> None:
        self.terms: Mapping[str, UpstreamTerm] = {term.iri: term for term in terms}
        self._named: dict[str, list[str]] = defaultdict(list)
        for term in self.terms.values():
            self._named[_readable(term)].append(term.iri)

    def iri(self, name: str) -> str:
        """Return the IRI of a name such as `echem:CoatedElectrode`.

        The part after the colon is the local name of the IRI or, where that is opaque, the label.
        """
        if (iri := expand(name)) in self.terms:
            return iri
        found = self._named.get(name, [])
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(sorted(compact(iri) or iri for iri in found))
            raise UnknownTermError(f"{name!r} is the label of several terms; write one of {names}")
        near = get_close_matches(name, self._named, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UnknownTermError(f"no upstream term is called {name!r}{hint}")

    def labels(self) -> dict[str, str]:
        """Return the label of each IRI."""
        return {term.iri: term.label for term in self.terms.values()}

    def with_ancestors(self, iris: Iterable[str]) -> list[UpstreamTerm]:
        """Return the terms and everything above them, ordered by IRI."""
        found: dict[str, UpstreamTerm] = {}
        pending = list(iris)
        while pending:
            iri = pending.pop()
            if iri not in found and (term := self.terms.get(iri)):
                found[iri] = term
                pending += [*term.parents, *term.equivalents]
        return [found[iri] for iri in sorted(found)]


def _readable(term: UpstreamTerm) -> str:
    namespace = term.iri[: -len(local_name(term.iri))]
    prefix = (compact(namespace + "x") or "x").partition(":")[0]
    return f"{prefix}:{term.label}"


def read_upstream(tables: Tables) -> Upstream:
    """Return the terms of the table `upstream`, which `pilotline ontology import` writes."""
    return Upstream(
        UpstreamTerm(
            expand(row["term"]),
            row["kind"],
            row["label"],
            row["language"],
            tuple(map(expand, row.values("parents"))),
            tuple(map(expand, row.values("equivalents"))),
            row["release"],
        )
        for row in tables.rows("upstream")
    )


def read_name(row: Row, column: str, name: str, upstream: Upstream) -> str:
    """Return the IRI of a prefixed name in a cell, ours or a readable upstream one.

    Errors: TableError, which says which cell holds no such name.
    """
    try:
        return upstream.iri(name) if is_upstream(expand(name)) else expand(name)
    except (CurieError, UnknownTermError) as error:
        raise row.error(column, f"{error} (`pilotline ontology import` fetches new ones)") from error


def read_releases(tables: Tables) -> dict[str, Release]:
    """Return the pinned releases by name."""
    return {
        row["name"]: Release(row["name"], row["iri"], row["repository"], row["commit"], row["licence"])
        for row in tables.rows("releases")
    }
