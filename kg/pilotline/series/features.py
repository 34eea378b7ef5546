"""Makes features of the cycles of a test: capacities, energies, efficiencies, the first loss of capacity."""

from collections.abc import Callable, Iterator, Mapping
from statistics import median

from pilotline.namespaces import PL
from pilotline.rdf.ntriples import integer, string
from pilotline.series.cycles import Cycle
from pilotline.series.efficiency import Cycles
from pilotline.series.job import Feature, Job
from pilotline.series.model import Cycler

COUNTS = ("ChargeCapacity", "DischargeCapacity")
HALVES = {
    "ChargeCapacity": "charge",
    "DischargeCapacity": "discharge",
    "ChargeEnergy": "charge_energy",
    "DischargeEnergy": "discharge_energy",
}
UNITS = {
    "ChargeCapacity": "Ah",
    "DischargeCapacity": "Ah",
    "ChargeEnergy": "Wh",
    "DischargeEnergy": "Wh",
    "CellCurrent": "A",
    "CellVoltage": "V",
    "CycleNumber": "1",
    "CoulombicEfficiency": "1",
    "InitialCoulombicEfficiency": "1",
    "EnergyEfficiency": "1",
    "InitialCapacityLoss": "1",
}


class Features:
    """The features of one test.

    series: its IRI. columns: by parameter. pointer: to a cell, by column and row. header: row above the data.
    """

    def __init__(
        self,
        job: Job,
        spec: Cycler,
        cycles: Cycles,
        series: str,
        columns: Mapping[str, int],
        pointer: Callable[[int, int], str],
        header: int,
    ) -> None:
        self._job, self._spec, self._cycles, self._series = job, spec, cycles, series
        self._columns, self._pointer, self._header = columns, pointer, header

    @property
    def counted(self) -> bool:
        """Say whether the cycler counts charge, so that it need not be integrated over time."""
        return all(name in self._columns for name in COUNTS)

    def lines(self, bearer: str, *, faulty: bool) -> str:
        """Return the lines of all features; faulty: the axis of time is, so integrals over it are invalid."""
        first, last = self._cycles.first, self._cycles.last
        if first is None or last is None:
            return ""
        extract = f"{self._series}/extract/complete-cycles"
        features = [*self._of_cycle(first), *self._of_first(first), *self._of_all()]
        if last is not first:
            features += self._of_cycle(last)
        status = "Invalid" if faulty and not self.counted else ""
        text = "".join(self._job.quantity(bearer, each(extract, status)) for each in features)
        return self._extract_lines(extract) + text

    def _extract_lines(self, extract: str) -> str:
        lines, cycles = self._job.lines, self._cycles
        how = "charge as the cycler counted it" if self.counted else "current integrated over time"
        method = (
            f"complete cycles ({cycles.order}, each half more than {cycles.least:g} Ah); {how}; coulombic "
            "efficiency is the charge of the second half over that of the first"
        )
        text = lines.types(extract, (PL + "SeriesExtract",)) + lines.link(
            extract, PL + "extractOf", self._series
        )
        text += lines.line(extract, PL + "method", string(method))
        return text + lines.line(extract, PL + "rowCount", integer(len(cycles.coulombic)))

    def _of_cycle(self, cycle: Cycle) -> Iterator[Callable[[str, str], Feature]]:
        """Yield the capacities and energies of a cycle."""
        for parameter, name in HALVES.items():
            if (value := getattr(cycle, name)) > 0:
                yield self._feature(parameter, value, cycle)

    def _of_first(self, cycle: Cycle) -> Iterator[Callable[[str, str], Feature]]:
        """Yield what only the first cycle tells."""
        efficiency = cycle.coulombic_efficiency(self._spec.order)
        yield self._feature("InitialCoulombicEfficiency", efficiency, cycle)
        yield self._feature("InitialCapacityLoss", 1 - efficiency, cycle)

    def _of_all(self) -> Iterator[Callable[[str, str], Feature]]:
        """Yield the spread of the efficiencies over all complete cycles."""
        for parameter, values in (
            ("CoulombicEfficiency", self._cycles.coulombic),
            ("EnergyEfficiency", self._cycles.energy),
        ):
            for statistic, of in (("Median", median), ("Minimum", min), ("Maximum", max)):
                if values:
                    yield self._feature(parameter, of(values), None, statistic, len(values))

    def _feature(
        self, parameter: str, value: float, cycle: Cycle | None, statistic: str = "", size: int = 0
    ) -> Callable[[str, str], Feature]:
        """Return what makes a feature, given its extract and status."""
        column = self._columns.get(parameter)
        counted = self._spec.rows == "cycles" and parameter in HALVES and column is not None
        cell = self._pointer(column, cycle.row) if counted and column is not None and cycle else ""

        def make(extract: str, status: str) -> Feature:
            return Feature(
                parameter,
                "measured" if counted else "calculated",
                value,
                UNITS[parameter],
                statistic,
                size,
                f"CycleNumber:{cycle.number}" if cycle else "",
                status=status,
                extract=extract,
                cell=cell or self._pointer(0, cycle.row if cycle else self._header),
            )

        return make
