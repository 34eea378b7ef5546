"""What happens to datasets after they have come: removed, or checked again by other rules."""

from dataclasses import dataclass

from pyoxigraph import NamedNode

from pilotline.datasets import catalogue
from pilotline.datasets.dependence import dependents
from pilotline.datasets.kept import forget
from pilotline.errors import PilotlineError
from pilotline.ingest.checking import Recheck, recheck, relink
from pilotline.ingest.linking import linked_in, touched_by
from pilotline.ingest.rules import Rules
from pilotline.store import Draft, Store


class DatasetError(PilotlineError):
    """A dataset that is not there, or that cannot be removed; the message says why."""


@dataclass(frozen=True)
class Removal:
    """What went with a dataset.

    versions: earlier ones that went too. dependents: datasets that refer to it, with how many references.
    rechecked: those of them that are judged otherwise since.
    """

    dataset: str
    title: str
    versions: tuple[int, ...]
    dependents: dict[str, int]
    rechecked: tuple[Recheck, ...] = ()


def find_dataset(store: Store, name: str) -> catalogue.Entry:
    """Return the dataset with this IRI, identifier or title.

    Errors: DatasetError where there is none, or more than one.
    """
    entries = catalogue.entries(store.read())
    found = [each for each in entries if name in (each.iri, each.title, each.iri.rsplit("/", 1)[1])]
    if len(found) == 1:
        return found[0]
    if found:
        raise DatasetError(f"{name!r} names {' and '.join(each.iri for each in found)}; give the IRI")
    known = ", ".join(each.iri.rsplit("/", 1)[1] for each in entries)
    raise DatasetError(f"{name!r}: no such dataset; there are {known or 'none'}")


def what_goes(store: Store, dataset: catalogue.Entry) -> Removal:
    """Return what removing a dataset would take along, and who depends on it."""
    content = store.read()
    versions = tuple(catalogue.versions(content, dataset.iri))
    return Removal(dataset.iri, dataset.title, versions, dependents(content, dataset.iri))


def remove(store: Store, dataset: catalogue.Entry, rules: Rules) -> Removal:
    """Remove a dataset with its report, provenance and earlier versions; check again who depends on it.

    Generations that are kept still hold it until later writes push them out.
    """
    with store.write() as draft:
        going = what_goes(store, dataset)
        _take_out(draft, going, rules)
        checked = [recheck(draft, each, rules) for each in going.dependents]
    forget(store.path, store.read())
    rechecked = tuple(each for each in checked if each.changed)
    return Removal(going.dataset, going.title, going.versions, going.dependents, rechecked)


def revalidate(store: Store, rules: Rules) -> list[Recheck]:
    """Check all datasets by the rules given; reports, marks and the catalogue come in step with them."""
    with store.write() as draft:
        return [recheck(draft, entry.iri, rules) for entry in catalogue.entries(draft.store)]


def outdated(store: Store) -> list[catalogue.Entry]:
    """Return the datasets that were last checked by another ontology than the store holds."""
    content = store.read()
    digest = catalogue.ontology_digest(content)
    return [entry for entry in catalogue.entries(content) if entry.ontology != digest]


def _take_out(draft: Draft, going: Removal, rules: Rules) -> None:
    touched = touched_by(linked_in(draft.store, NamedNode(going.dataset)))
    draft.remove_dataset(going.dataset)
    for version in going.versions:
        draft.remove_dataset(catalogue.version_graph(going.dataset, version))
    catalogue.enter(draft, going.dataset, ())
    relink(draft, touched, rules)
