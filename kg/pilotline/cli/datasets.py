"""`pilotline datasets`: lists the datasets of a store, or says all about one."""

from collections import Counter
from pathlib import Path
from typing import Any

import click
from pyoxigraph import NamedNode
from pyoxigraph import Store as Oxigraph

from pilotline.cli import console
from pilotline.cli.holding import to_read
from pilotline.datasets import catalogue
from pilotline.datasets.dependence import dependents
from pilotline.datasets.life import find_dataset
from pilotline.datasets.provenance import Origin, origin
from pilotline.namespaces import SH
from pilotline.store import Store


@click.command()
@click.argument("name", required=False)
@click.option("--versions", is_flag=True, help="The earlier versions of the dataset as well.")
@console.db_option
@console.store_option
@console.format_option("text", "json")
def datasets(name: str | None, versions: bool, db: Path, remote: str | None, form: str) -> None:
    """List the datasets; with NAME (identifier, title or IRI) say all about one, and who depends on it.

    \b
    Example:
      pilotline datasets
      pilotline datasets coating --versions
    """
    with console.errors_become_exit_codes(), to_read(db, remote) as path:
        store = Store.open(path)
        if name is None:
            return _list(store.read(), form)
        data = _about(store.read(), find_dataset(store, name), versions=versions)
    if form == "json":
        return console.print_json(data)
    return _print(data)


def _list(content: Oxigraph, form: str) -> None:
    entries, digest = catalogue.entries(content), catalogue.ontology_digest(content)
    if form == "json":
        return console.print_json([as_data(entry, digest) for entry in entries])
    return console.print_table(COLUMNS, [row(entry, digest) for entry in entries])


COLUMNS = ("dataset", "title", "version", "triples", "conforms", "data", "checked by")


def row(entry: catalogue.Entry, ontology: str) -> tuple[str, ...]:
    """Return a dataset as a line of a table; ontology: digest of the one that the store holds."""
    return (
        entry.iri,
        entry.title,
        str(entry.version),
        f"{entry.triples:,}",
        "yes" if entry.conforms else "no",
        "SIMULATED" if entry.simulated else "as recorded",
        "this ontology" if entry.ontology == ontology else "ANOTHER ONTOLOGY, run revalidate",
    )


def as_data(entry: catalogue.Entry, ontology: str) -> dict[str, Any]:
    """Return a dataset as plain data; `outdated` says that another ontology than the store's judged it."""
    return {**vars(entry), "outdated": entry.ontology != ontology}


def _about(content: Oxigraph, entry: catalogue.Entry, *, versions: bool) -> dict[str, Any]:
    earlier = catalogue.versions(content, entry.iri)
    data: dict[str, Any] = {
        **as_data(entry, catalogue.ontology_digest(content)),
        "origin": _origin(origin(content, entry.iri)),
        "findings": _findings(content, entry.iri),
        "dependents": dependents(content, entry.iri),
        "earlier_versions": earlier,
    }
    if versions:
        graphs = {number: catalogue.version_graph(entry.iri, number) for number in earlier}
        data["versions"] = [
            {"version": number, "graph": graph, "origin": _origin(origin(content, graph))}
            for number, graph in graphs.items()
        ]
    return data


def _findings(content: Oxigraph, dataset: str) -> dict[str, int]:
    """Return how many results of each severity the report on a dataset holds."""
    graph, severity = NamedNode(dataset + "/report"), NamedNode(SH + "resultSeverity")
    quads = content.quads_for_pattern(None, severity, None, graph)
    return dict(sorted(Counter(str(q.object).strip("<>").rsplit("#", 1)[-1].lower() for q in quads).items()))


def _origin(found: Origin) -> dict[str, Any]:
    return {**vars(found), "sources": [vars(source) for source in found.sources]}


def _print(data: dict[str, Any]) -> None:
    origin_ = data["origin"]
    click.echo(f"{data['title']} <{data['iri']}>")
    click.echo(f"  version {data['version']} of {data['modified']}, {data['triples']:,} triples")
    click.echo(
        f"  {'SIMULATED' if data['simulated'] else 'as recorded'}, licence {data['licence'] or 'not stated'}"
    )
    findings = ", ".join(f"{count} × {name}" for name, count in data["findings"].items())
    verdict = "conforms" if data["conforms"] else "does not conform"
    hidden = f", {data['hidden']} values out of scope" if data["hidden"] else ""
    click.echo(f"  {verdict}: {findings or 'nothing to report'}{hidden}")
    if data["outdated"]:
        click.echo("  was checked by ANOTHER ONTOLOGY than the store holds; run pilotline revalidate")
    _print_origin(origin_, "  ")
    for name, count in data["dependents"].items():
        click.echo(f"  {name} depends on it ({count} references)")
    if "versions" not in data and data["earlier_versions"]:
        click.echo(f"  earlier versions: {', '.join(map(str, data['earlier_versions']))}")
    for version in data.get("versions", ()):
        click.echo(f"  version {version['version']} <{version['graph']}>")
        _print_origin(version["origin"], "    ")


def _print_origin(found: dict[str, Any], indent: str) -> None:
    by = f" by {found['by']}" if found["by"] else ""
    click.echo(f"{indent}brought in {found['at']}{by}, mapping {found['mapping']}, {found['software']}")
    for source in found["sources"]:
        click.echo(f"{indent}from {source['name']} ({source['size']:,} bytes, sha256 {source['sha256']})")
