"""Turns the register of a logger into its channels, and the channels into statements."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pilotline.findings import Finding
from pilotline.iris import segment
from pilotline.namespaces import CONVENTIONAL_PROPERTY, MEASURED_PROPERTY, PL, RDFS
from pilotline.quantities.units import Unit
from pilotline.rdf.ntriples import string
from pilotline.series.job import Job
from pilotline.series.layout import Opened, meaning, opened
from pilotline.series.model import Channel, Register
from pilotline.vocabulary.terms import Parameter

_KINDS = {"set": CONVENTIONAL_PROPERTY, "measured": MEASURED_PROPERTY}


@dataclass(frozen=True)
class Signal:
    """A channel with its parameter and unit looked up; iri: of the channel."""

    name: str
    spec: Channel
    parameter: Parameter
    unit: Unit
    iri: str


def signal(job: Job, name: str, spec: Channel) -> Signal:
    """Return a channel that the mapping declares; SourceError for a parameter or unit that is none."""
    parameter = job.parameter(spec.parameter)
    fixed_to = _fixed_to(job, spec) or job.description.iri
    return Signal(
        name, spec, parameter, job.unit(spec.unit, parameter), f"{fixed_to}/channel/{segment(name)}"
    )


def registered(job: Job, spec: Register, path: Path) -> tuple[dict[str, Signal], list[Finding]]:
    """Return the channels that a register lists, and what was found in it.

    Errors: SourceError, with the row, for a line that declares no channel.
    """
    file = opened(path, spec, job.mapping, job.units)
    found = {name: signal(job, name, each) for name, each in _rows(job, spec, file)}
    return found, file.findings()


def _rows(job: Job, spec: Register, file: Opened) -> Iterator[tuple[str, Channel]]:
    keys = ("parameter", "unit", "kind", "equipment", "room", "zone", "role", "stuck_after", "low", "high")
    readers = {key: file.text(name) for key in keys if (name := getattr(spec, key))}
    channel = file.text(spec.channel)
    for row, cells in file.rows:
        said = {key: text for key, read in readers.items() if (text := _meant(spec, key, read(cells)))}
        limits = {key: said.pop(key) for key in ("low", "high") if key in said}
        try:
            yield channel(cells), Channel.model_validate({**said, "limits": limits})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = f"{file.headers.where}, row {row}: {'.'.join(map(str, first['loc']))}"
            raise job.error(f"{where}: {first['msg']}, found {first['input']!r}") from error


def _meant(spec: Register, key: str, text: str) -> str:
    """Return what a cell of the register means; a word that plays no role has none."""
    if key == "role":
        return meaning(spec.roles, text) if spec.roles and meaning(spec.roles, text) != text else ""
    if key == "parameter":
        return meaning(spec.parameters, text)
    return meaning(spec.kinds, text) if key == "kind" else text


def _fixed_to(job: Job, spec: Channel) -> str:
    folder, name = ("equipment", spec.equipment) if spec.equipment else ("room", spec.room)
    return job.description.scope.thing(folder, name) if name else ""


def described(job: Job, signals: Iterable[Signal]) -> str:
    """Return the lines of the channels and of what they are fixed to."""
    return "".join(dict.fromkeys(line for each in signals for line in _described(job, each)))


def _described(job: Job, signal: Signal) -> Iterator[str]:
    lines, iri = job.lines, signal.iri
    yield lines.types(iri, (PL + "Channel",)) + lines.line(iri, RDFS + "label", string(signal.name))
    yield lines.line(iri, PL + "channelColumn", string(signal.name))
    yield lines.link(iri, PL + "channelParameter", signal.parameter.iri)
    yield lines.link(iri, PL + "channelUnit", signal.unit.iri)
    yield lines.link(iri, PL + "channelKind", _KINDS[signal.spec.kind])
    if fixed_to := _fixed_to(job, signal.spec):
        name = signal.spec.equipment or signal.spec.room or ""
        yield lines.link(iri, PL + "channelOf", fixed_to)
        yield lines.types(fixed_to, (PL + ("Equipment" if signal.spec.equipment else "Room"),))
        yield lines.line(fixed_to, RDFS + "label", string(name))
