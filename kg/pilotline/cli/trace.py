"""`pilotline trace`: what is behind a thing, where it went, and what bad cells share."""

from dataclasses import asdict
from pathlib import Path

import click
from pyoxigraph import NamedNode

from pilotline.cli.console import (
    db_option,
    errors_become_exit_codes,
    format_option,
    print_json,
    print_table,
    store_option,
)
from pilotline.cli.holding import to_read
from pilotline.datasets.pointers import parse_pointer
from pilotline.errors import PilotlineError
from pilotline.namespaces import PL
from pilotline.quantities.units import Units
from pilotline.questions.labels import node_called
from pilotline.store import Store
from pilotline.trace import (
    Comparison,
    CountBalance,
    Graph,
    MassBalance,
    Origins,
    Recall,
    Stretch,
    Trace,
    Value,
    ahead,
    behind,
    cells_beyond,
    cells_called,
    cells_disposed,
    common_causes,
    count_balance,
    first_run,
    mass_balance,
    parse_place,
    read_from,
    recall,
    recall_stretch,
    values_borne,
)


class MetresError(PilotlineError, ValueError):
    """Metres that name no stretch of web."""


class AskedError(PilotlineError, ValueError):
    """Neither a thing nor a cell of a source is named, or both are."""


@click.command()
@click.argument("thing", required=False)
@click.option("--cell", metavar="PLACE", help="What was read from a cell of a source: coating.xlsx!Runs!C7.")
@click.option("--down", is_flag=True, help="Where it went, instead of what is behind it.")
@click.option("--cells", is_flag=True, help="Only the cells that hold it: the recall set.")
@click.option("--metres", metavar="FROM-TO", help="Only this stretch of the web, such as 130-135.")
@click.option("--after", metavar="RUN", help="The run after which the metres count.  [default: the first]")
@click.option("--values", is_flag=True, help="Also the values, each with the cell it was read from.")
@click.option("--causes", is_flag=True, help="What cells share: with the disposition THING, or those named.")
@click.option(
    "--below", metavar="BOUND", default="", help="With --causes: cells whose parameter THING is less."
)
@click.option("--above", metavar="BOUND", default="", help="The same: is more, such as '87 %'.")
@click.option("--balance", is_flag=True, help="What became of the pieces and of the mass of a lot.")
@click.option("--least", default=5, show_default=True, help="Cells in a group below which nothing is said.")
@db_option
@store_option
@format_option("table", "json")
def trace(
    thing: str | None,
    cell: str | None,
    down: bool,
    cells: bool,
    metres: str | None,
    after: str | None,
    values: bool,
    causes: bool,
    below: str,
    above: str,
    balance: bool,
    least: int,
    db: Path,
    remote: str | None,
    form: str,
) -> None:
    """Trace a cell, lot or run, named by its label or IRI.

    \b
    Example:
      pilotline trace "cell 117" --values
      pilotline trace "slurry S-17" --cells
      pilotline trace "slurry S-15" --balance
      pilotline trace "roll C02" --metres 4.4-4.6
      pilotline trace scrap --causes --least 3
      pilotline trace "coulombic efficiency" --causes --below "87 %"
      pilotline trace "cell 71, cell 133" --causes --least 2
      pilotline trace --cell "coating.xlsx!Runs!C7"
    """
    with errors_become_exit_codes(), to_read(db, remote) as path:
        if (thing is None) == (cell is None):
            raise AskedError("name a cell, lot or run, or a cell of a source with --cell")
        graph = Graph(Store.open(path).read())
        if cell is not None:
            _show_origins(read_from(graph, parse_place(cell)), form)
            return
        assert thing is not None
        if causes:
            _show_causes(_compared(graph, thing, below, above, least), form)
            return
        node = node_called(graph.store, thing)
        if balance:
            _show_balance(count_balance(graph, node), mass_balance(graph, node, Units.load()), form)
        elif metres:
            run = node_called(graph.store, after).value if after else first_run(graph, node)
            _show_recall(recall_stretch(graph, Stretch(node.value, *_metres(metres), run)), form)
        elif cells:
            _show_recall(recall(graph, node), form)
        else:
            _show(graph, ahead(graph, node) if down else behind(graph, node), values=values, form=form)


def _compared(graph: Graph, thing: str, below: str, above: str, least: int) -> Comparison:
    """Return what cells share: by a bound of the parameter, by their names with commas, or by disposition."""
    if below or above:
        parameter = node_called(graph.store, thing, below=NamedNode(PL + "Parameter"))
        cells = cells_beyond(graph, thing, below=below, above=above)
        return common_causes(graph, cells, least, graph.name(parameter))
    names = [name.strip() for name in thing.split(",") if name.strip()]
    cells = cells_called(graph, names) if "," in thing else cells_disposed(graph, thing)
    return common_causes(graph, cells, least)


def _show_balance(count: CountBalance, mass: MassBalance, form: str) -> None:
    if form == "json":
        print_json({"count": asdict(count), "mass": asdict(mass)})
        return
    gone = ", ".join(f"{n} {kind}" for kind, n in count.disposed.items())
    click.echo(
        f"pieces and lots made of it: {count.made}; used further: {count.used}; disposed of: {gone or 0}"
    )
    click.echo(f"  unaccounted: {', '.join(count.unaccounted) or 'none'}")
    made = "not recorded" if mass.made is None else f"{mass.made:.6g} kg"
    gone = ", ".join(f"{n:.6g} kg {kind}" for kind, n in mass.disposed.items())
    click.echo(f"mass: {made}; used further: {mass.used:.6g} kg; disposed of: {gone or 0}")
    if mass.unaccounted is not None:
        verdict = "within the allowance" if mass.balanced else "beyond the allowance"
        click.echo(f"  unaccounted: {mass.unaccounted:.6g} kg, {verdict}")
    elif mass.unweighed:
        click.echo(f"  the rest cannot be told: {', '.join(mass.unweighed)} took of it and did not weigh")


def _metres(text: str) -> tuple[float, float]:
    start, _, end = text.partition("-")
    try:
        metres = float(start), float(end)
    except ValueError:
        metres = 0.0, 0.0
    if metres[0] >= metres[1]:
        raise MetresError(f"--metres takes FROM-TO in metres, such as 130-135, got {text!r}")
    return metres


def _show(graph: Graph, found: Trace, *, values: bool, form: str) -> None:
    bearers = dict.fromkeys(iri for stage in found.stages for iri in (stage.run, stage.state) if iri)
    told = values_borne(graph, bearers) if values else {}
    borne = [value for bearer in bearers for value in told.get(bearer, ())]
    if form == "json":
        print_json({**asdict(found), "values": [asdict(value) for value in borne]})
        return
    rows = [
        (stage.step, stage.kind, stage.label, stage.run_label, stage.started, _certainty(sure=stage.sure))
        for stage in found.stages
    ]
    print_table(("step", "kind", "lot", "run", "started", "link"), rows)
    if values:
        names = {iri: stage.label for stage in found.stages for iri in (stage.run, stage.state)}
        columns = ("lot", "parameter", "key", "value", "unit", "read from")
        print_table(
            columns,
            [(names[v.bearer], v.parameter, v.key, v.typed, v.unit, _places(v)) for v in borne],
        )


def _show_origins(found: Origins, form: str) -> None:
    if form == "json":
        print_json(asdict(found))
        return
    for value in found.hidden:
        told = f"{value.parameter} ({value.key}) of <{value.bearer}>"
        click.echo(f"{found.place} holds {value.typed!r}, kept out of scope: {told}")
    if not found.values and not found.things and not found.hidden:
        click.echo(f"nothing was read from {found.place}")
        for label, iri in found.row:
            click.echo(f"  its row gave {label} <{iri}>")
        for parameter in found.parameters:
            click.echo(f"  its column gives {parameter} in other rows")
    for label, iri in found.things:
        click.echo(f"{found.place} names {label} <{iri}>")
    if found.values:
        columns = ("parameter", "key", "value", "unit", "of", "read from")
        rows = [(v.parameter, v.key, v.typed, v.unit, v.bearer, _places(v)) for v in found.values]
        print_table(columns, rows)


def _places(value: Value) -> str:
    return ", ".join(str(parse_pointer(cell)) for cell in value.cells)


def _show_recall(found: Recall, form: str) -> None:
    if form == "json":
        print_json(asdict(found))
        return
    for stretch in found.stretches:
        place = f"{stretch.start:g} to {stretch.end:g} m" if stretch.known else "position unknown, whole roll"
        click.echo(f"{_last(stretch.lot)} after {_last(stretch.run) or 'its making'}: {place}")
    if found.stretches:
        click.echo(f"cut there: {', '.join(found.pieces) or 'nothing'}")
    for label in found.unknown:
        click.echo(f"position unknown, the whole of it counts: {label}")
    print_table(("cell", "link"), [(cell.label, _certainty(sure=cell.sure)) for cell in found.cells])
    sure = sum(cell.sure for cell in found.cells)
    click.echo(f"{sure} sure and {len(found.cells) - sure} possible cells")


def _show_causes(found: Comparison, form: str) -> None:
    if form == "json":
        print_json(asdict(found))
        return
    click.echo(f"{found.bad} cells against {found.good} others. {found.note}")
    rows = [
        (
            cause.what,
            cause.kind,
            f"{cause.bad}/{found.bad}",
            f"{cause.good}/{found.good}",
            f"{cause.effect:+.2f}",
            f"{cause.p:.2g}",
            f"{cause.adjusted:.2g}",
            cause.detail,
        )
        for cause in found.causes[:20]
    ]
    if rows:
        print_table(("shared", "kind", "bad", "others", "effect", "p", "adjusted p", "detail"), rows)


def _certainty(*, sure: bool) -> str:
    return "sure" if sure else "possible"


def _last(iri: str) -> str:
    return iri.rpartition("/")[2]
