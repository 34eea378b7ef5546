"""Turns rolls and coils into the files of the people who coat, calender, slit and dry."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pilotline.demo.plan import LANE_WIDTH, ROLL_LENGTH, ROLLS, STRIPE_WIDTH, Roll, at, noise
from pilotline.demo.products import FOIL_MASS
from pilotline.demo.tables import Record, Table, clock, fixed, table
from pilotline.demo.web import (
    COATING,
    COILS,
    DRYING,
    SIDES,
    Coil,
    Interval,
    calendering,
    slitting,
    total_thickness,
    web_loading,
)

_ZONES = range(1, 6)
_POSITIONS = ("From start (m)", "From end (m)", "To start (m)", "To end (m)")


def started(roll: Roll, side: str) -> datetime:
    """Return when the coating run of a side began."""
    return roll.side_a if side == "A" else roll.side_b


def ended(roll: Roll, side: str) -> datetime:
    """Return when the coating run of a side ended: web length over speed."""
    return started(roll, side) + timedelta(minutes=ROLL_LENGTH / roll.speed)


def coating() -> list[Table]:
    """Return coating.xlsx: coating runs, drying runs and loading samples."""
    runs = [(roll, side) for roll in ROLLS for side in SIDES]
    return [
        table("Runs", (_coating_run(roll, side) for roll, side in runs)),
        table("Drying", (_drying_run(roll, side) for roll, side in runs)),
        table("Loading", (row for roll, side in runs for row in _loadings(roll, side))),
    ]


def _coating_run(roll: Roll, side: str) -> Record:
    rng = noise(f"coating {roll.lot} {side}")
    first = side == "A"
    tension = 60 if first else 65
    return {
        "Run": f"{roll.lot}-{side}",
        "Roll": roll.lot,
        "Electrode": roll.polarity,
        "Side": side,
        "Pass": SIDES.index(side) + 1,
        "Slurry": roll.batch.lot,
        "Foil": roll.foil if first else None,
        "Web in": None if first else roll.lot,
        "Coater": "coater-1",
        "Method": roll.method,
        "Start": started(roll, side),
        "End": ended(roll, side),
        "Speed set (m/min)": roll.speed,
        "Speed actual (m/min)": round(roll.speed * rng.gauss(1, 0.004), 3),
        "Gap set (µm)": roll.gap,
        "Web tension set (N)": tension,
        "Web tension actual (N)": round(rng.gauss(tension, 0.8), 1),
        "Room temperature (°C)": round(rng.gauss(22.5, 0.4), 1),
        "Wet film thickness (µm)": round(roll.wet_thickness * rng.gauss(1, 0.006), 1),
        **dict(zip(_POSITIONS, COATING.metres, strict=True)),
        "Turned over": "no" if first else "yes",
        "Operator": rng.choice(["OP-1", "OP-4"]),
        "Remark": None if first else "rewound, side B",
    }


def _drying_run(roll: Roll, side: str) -> Record:
    rng = noise(f"drying {roll.lot} {side}")
    both = total_thickness(roll, roll.raw_porosity)
    thickness = both if side == "B" else (both + roll.foil_thickness) / 2
    return {
        "Drying run": f"{roll.lot}-{side}",
        "Roll": roll.lot,
        "Side": side,
        "Pass": SIDES.index(side) + 1,
        "Dryer": "dryer-1",
        "Drying type": "convection",
        "Start": started(roll, side),
        "End": ended(roll, side),
        "Line speed (m/min)": roll.speed,
        **dict(zip(_POSITIONS, DRYING.metres, strict=True)),
        "Airflow (m³/h)": round(rng.gauss(1200, 12)),
        **{f"T set zone {n} (°C)": roll.zones[n - 1] for n in _ZONES},
        **{f"T zone {n} (°C)": round(rng.gauss(roll.zones[n - 1] - 0.6, 0.5), 1) for n in _ZONES},
        "Energy (kWh)": round(rng.gauss(9.5, 0.3), 2),
        "Thickness (µm)": round(thickness + rng.gauss(0, 0.4), 1),
        "Porosity (%)": round(100 * roll.raw_porosity + rng.gauss(0, 0.3), 1) if side == "B" else None,
    }


def _loadings(roll: Roll, side: str) -> Iterator[Record]:
    """Yield three discs from the start of the web."""
    rng = noise(f"loading {roll.lot} {side}")
    for number in (1, 2, 3):
        position = round(0.2 * number, 1)
        loading = web_loading(roll, side, number, position) * rng.gauss(1, 0.004)
        yield {
            "Sample": f"L-{roll.lot}-{side}-{number}",
            "Roll": roll.lot,
            "Run": f"{roll.lot}-{side}",
            "Side": side,
            "Position (m)": position,
            "Replicate": number,
            "Loading (mg/cm²)": round(loading, 2),
        }


def calendering_passes() -> Table:
    """Return calendering.csv: one row for each pass, the second pass of a roll as rework."""
    return table("calendering", (row for roll in ROLLS for row in _passes(roll)))


def _passes(roll: Roll) -> Iterator[Record]:
    for number, (single, interval) in enumerate(zip(roll.passes, calendering(roll), strict=True), 1):
        rng = noise(f"calendering {roll.lot} {number}")
        thickness = total_thickness(roll, single.porosity)
        yield {
            "Run": f"{roll.lot}-{number}",
            "Roll": roll.lot,
            "Pass": number,
            "Calender": "calender-1",
            "Start": clock(single.start),
            "Gap (µm)": fixed(0.8 * thickness, 0),
            "Line load (N/mm)": fixed(rng.gauss(single.line_load, 1.5), 0),
            "Speed (m/min)": "2.0",
            "Roll temperature (°C)": fixed(rng.gauss(50, 0.3), 1),
            "Thickness (µm)": fixed(thickness + rng.gauss(0, 0.3), 1),
            "Porosity (%)": fixed(100 * single.porosity + rng.gauss(0, 0.2), 1),
            **_typed(interval),
            "Operator": "OP-2",
            "Remark": f"rework: {single.rework}" if single.rework else "",
        }


def _typed(interval: Interval) -> Record:
    return {name: fixed(metre, 3) for name, metre in zip(_POSITIONS, interval.metres, strict=True)}


def slit_coils() -> Table:
    """Return slitting.csv: one row for each coil, rewound, so the roll's far end is the coil's near end."""
    return table("slitting", map(_coil, COILS))


def _coil(coil: Coil) -> Record:
    roll = coil.roll
    return {
        "Run": roll.lot,
        "Roll": roll.lot,
        "Coil": coil.lot,
        "Lane": coil.lane,
        "Slitter": "slitter-1",
        "Start": clock(roll.passes[-1].start + timedelta(hours=4)),
        "Speed (m/min)": "5.0",
        **_typed(slitting(roll)),
        "Lane start (mm)": fixed((coil.lane - 1) * LANE_WIDTH, 1),
        "Lane end (mm)": fixed(coil.lane * LANE_WIDTH, 1),
        "Slit width (mm)": fixed(noise(f"slitting {coil.lot}").gauss(LANE_WIDTH, 0.05), 2),
    }


def post_drying() -> Table:
    """Return postdrying.csv: coils in the vacuum oven, with moisture below the limit of the titration."""
    return table("postdrying", map(_in_oven, COILS))


def _in_oven(coil: Coil) -> Record:
    rng = noise(f"oven {coil.lot}")
    cathode = coil.roll.polarity == "cathode"
    warm = 120 if cathode else 90
    first = at("2025-03-13 08:00" if cathode else "2025-03-15 08:00")
    return {
        "Run": coil.lot,
        "Coil": coil.lot,
        "Oven": f"vacuum-oven-{coil.lane}",
        "Room": "dry-room-1",
        "Start": clock(first + timedelta(hours=14 * _turn(coil))),
        "Duration (h)": "12.5",
        "Temperature set (°C)": fixed(warm, 0),
        "Temperature (°C)": fixed(rng.gauss(warm, 0.4), 1),
        "Pressure (mbar)": fixed(abs(rng.gauss(4, 1)) + 1, 1),
        "Dew point of the room (°C)": fixed(rng.gauss(-52, 2), 1),
        "Residual moisture (ppm)": _moisture(coil, rng.gauss(60, 25) if cathode else rng.gauss(170, 40)),
        "Weight (g)": fixed(_coil_mass(coil), 0),
    }


def _moisture(coil: Coil, ppm: float) -> str:
    """Return moisture as the titration gives it: a bound below 40 ppm, once not detected at all."""
    if coil.lot == "C03-4":
        return "n.d."
    return "<40 ppm" if ppm < 40 else fixed(ppm, 0)


def _turn(coil: Coil) -> int:
    """Return the place of the coil's roll among those of its polarity."""
    return [roll.lot for roll in ROLLS if roll.polarity == coil.roll.polarity].index(coil.roll.lot)


def _coil_mass(coil: Coil) -> float:
    """Return the mass of a coil, g: coating and foil over its length."""
    length = slitting(coil.roll).to_start * 100
    coated = 2e-3 * web_loading(coil.roll, "A", coil.lane, ROLL_LENGTH / 2) * STRIPE_WIDTH / 10
    return length * (coated + FOIL_MASS[coil.roll.polarity] * 1e-3 * LANE_WIDTH / 10)
