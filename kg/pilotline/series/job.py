"""What reading the series of one dataset needs, and how a feature of a series becomes a quantity."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pilotline import iris
from pilotline.datasets.dataset import Description, SeriesFile, SourceError
from pilotline.findings import Finding
from pilotline.namespaces import PL
from pilotline.quantities.lines import STATISTICS, Facts, QuantityLines
from pilotline.quantities.units import Unit, UnitError, Units
from pilotline.quantities.values import Scalar
from pilotline.rdf.ntriples import Lines, integer, string
from pilotline.series.model import SeriesMapping
from pilotline.vocabulary.terms import Parameter, Step, Vocabulary
from pilotline.vocabulary.upstream import UnknownTermError

_DIGITS = 9


@dataclass(frozen=True)
class Feature:
    """A number that a series gives.

    statistic: local name, such as `Mean`. condition: such as `CycleNumber:3`. extract: its IRI.
    foreign: the bearer belongs to another dataset, so the key of the IRI names this one.
    """

    parameter: str
    kind: str
    number: float | str
    unit: str
    statistic: str = ""
    sample_size: int = 0
    condition: str = ""
    stage: str = ""
    zone: int | None = None
    status: str = ""
    extract: str = ""
    cell: str = ""
    foreign: bool = False


@dataclass(frozen=True)
class Told:
    """What a file said: its lines of N-Quads, its Parquet file if it has one, what was found."""

    text: str
    file: SeriesFile | None
    findings: tuple[Finding, ...]


@dataclass
class Job:
    """One run of a mapping of series; folder: for the Parquet files until they are published."""

    mapping: SeriesMapping
    description: Description
    vocabulary: Vocabulary
    units: Units
    folder: Path
    lines: Lines = field(init=False)
    _writers: dict[tuple[str, str], QuantityLines] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = Lines(self.description.iri)

    def parameter(self, name: str) -> Parameter:
        """Return a parameter; SourceError for a name that is none."""
        try:
            return self.vocabulary.parameter(name)
        except UnknownTermError as error:
            raise self.error(str(error)) from error

    def step(self, name: str) -> Step:
        """Return a step; SourceError for a name that is none."""
        try:
            return self.vocabulary.step(name)
        except UnknownTermError as error:
            raise self.error(str(error)) from error

    def unit(self, text: str, parameter: Parameter) -> Unit:
        """Return a unit in which a parameter can be stated; SourceError for any other."""
        try:
            unit = self.units.parse(text)
        except UnitError as error:
            raise self.error(f"{parameter.name}: {error}") from error
        if not self.units.fits(unit, parameter.dimension):
            raise self.error(f"{parameter.name} is a {parameter.dimension}; {text!r} is a {unit.dimension}")
        return unit

    def error(self, message: str) -> SourceError:
        """Return an error about the mapping."""
        return SourceError(f"mapping {self.mapping.mapping}: {message}")

    def series(self, file: str) -> str:
        """Return the IRI of the series that a file holds."""
        return f"{self.description.iri}/series/{iris.segment(file)}"

    def quantity(self, bearer: str, feature: Feature) -> str:
        """Return the lines of a feature."""
        parameter = self.parameter(feature.parameter)
        key = (parameter.name, feature.kind)
        if key not in self._writers:
            self._writers[key] = QuantityLines(self.lines, parameter.types, feature.kind)
        facts, keys = self._facts(feature)
        iri = iris.quantity(bearer, parameter.name, feature.kind, keys)
        typed = feature.number if isinstance(feature.number, str) else f"{feature.number:.{_DIGITS}g}"
        number = Scalar(Decimal(typed.replace(",", ".")), typed)
        unit = self.units.parse(feature.unit)
        return self._writers[key].write(bearer, iri, number, unit, facts, feature.status, feature.cell)

    def _facts(self, feature: Feature) -> tuple[Facts, dict[str, str]]:
        keys: dict[str, str] = {}
        links: list[tuple[str, str]] = []
        terms: list[tuple[str, str]] = []
        if feature.statistic:
            keys["stat"] = STATISTICS[feature.statistic]
            links.append((PL + "statistic", PL + feature.statistic))
        if feature.sample_size:
            terms.append((PL + "sampleSize", integer(feature.sample_size)))
        if feature.condition:
            keys["at"] = feature.condition
            terms.append((PL + "condition", string(feature.condition)))
        if feature.zone is not None:
            keys["zone"] = str(feature.zone)
            links.append((PL + "atStage", feature.stage))
        if feature.extract:
            links.append((PL + "fromExtract", feature.extract))
        if feature.foreign:
            keys["dataset"] = self.description.identifier
        return Facts(tuple(keys.items()), tuple(links), tuple(terms)), keys
