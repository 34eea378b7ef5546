"""Turns settings and compositions into the properties of an electrode by mass and volume balances."""

from collections.abc import Iterable


def mixture_density(parts: Iterable[tuple[float, float]]) -> float:
    """Return the pore-free density of a mixture, g/cm³.

    parts: mass fraction and density (g/cm³) of each component; the fractions add up to 1.

    >>> round(mixture_density([(0.955, 4.7), (0.0225, 1.9), (0.0225, 1.78)]), 3)
    4.392
    """
    return 1 / sum(fraction / density for fraction, density in parts)


def film_loading(wet_thickness: float, density: float, solid_content: float) -> float:
    """Return the dry coating that a wet film leaves, mg/cm² of one side.

    wet_thickness: µm; density: of the slurry, g/cm³; solid_content: of the slurry, a fraction.

    >>> round(film_loading(wet_thickness=112.6, density=2.05, solid_content=0.65), 1)
    15.0
    """
    return wet_thickness * density * solid_content / 10


def coating_thickness(loading: float, density: float, porosity: float) -> float:
    """Return the thickness of one coated side without foil, µm.

    loading: mg/cm² of that side; density: of the pore-free coating, g/cm³; porosity: a fraction.
    """
    return 10 * loading / (density * (1 - porosity))


def porosity(loading: float, thickness: float, density: float) -> float:
    """Return the porosity, a fraction, of one coated side; inverse of coating_thickness.

    >>> round(porosity(loading=15.0, thickness=48.8, density=4.392), 3)
    0.3
    """
    return 1 - 10 * loading / (density * thickness)


def pore_volume(area: float, thickness: float, porosity: float) -> float:
    """Return the pore volume, mL, of a layer; area: cm², thickness: µm, porosity: a fraction."""
    return area * thickness * 1e-4 * porosity


def apparent_viscosity(shear_rate: float, consistency: float, index: float, plateau: float) -> float:
    """Return the viscosity, Pa·s, of a shear-thinning slurry: power law above a high-shear plateau.

    shear_rate: 1/s; consistency: Pa·sⁿ; index: n of the power law; plateau: Pa·s.
    """
    return plateau + consistency * float(shear_rate ** (index - 1))
