"""Tells whether a header that is only the end of a parameter's name, such as `Thickness`, still names it."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from pilotline.quantities.units import Unit, Units
from pilotline.vocabulary.terms import Parameter, Specification, Step, Vocabulary, folded

_SLIP = 0.85  # likeness of two texts that differ by a slip of the hand, or by an ending
_STEM = 5  # letters that words of one stem share, as coater and coating


class Tails:
    """The parameters of a step by how their names end.

    `Speed` at coating is the coating speed, since coating is the step's own word; `Thickness` at formation is
    no SEI thickness, since nothing says so.
    """

    def __init__(self, vocabulary: Vocabulary, units: Units, step: Step | None) -> None:
        self._vocabulary, self._units = vocabulary, units
        self._specified: list[Specification] = vocabulary.specified(step.name) if step else []
        self._own = [folded(name) for name in (step.name, *step.labels)] if step else []

    def is_part(self, text: str, words: Sequence[str], parameter: Parameter) -> bool:
        """Say whether a header leaves out words of each name of a parameter; text: its words joined."""
        labels = [folded(label) for label in (parameter.name, *parameter.labels)]
        if text in labels:
            return False
        fewer = any(set(words) < set(label.casefold().split()) for label in parameter.labels)
        return fewer or any(label.endswith(text) for label in labels)

    def are_akin(self, text: str, words: Sequence[str], parameter: Parameter) -> bool:
        """Say whether a header has a word of a parameter's names, or is one of them but for a slip."""
        labels = (parameter.name, *parameter.labels)
        shared = any(set(words) & set(label.casefold().split()) for label in labels)
        return shared or any(likeness(text, folded(label)) >= _SLIP for label in labels)

    def meant(self, text: str, unit: Unit | None) -> Parameter | None:
        """Return the only parameter of the step that a header which is the end of its name can mean."""
        found: dict[str, Specification] = {}
        for specification in self._specified:
            parameter = self._vocabulary.parameter(specification.parameter)
            fits = unit is None or self._units.fits(unit, parameter.dimension)
            if fits and self._heads(parameter, text):
                found[parameter.name] = specification
        of_step = [name for name in found if self._is_of_step(name, text)]
        of_lot = [name for name, told in found.items() if _is_of_lot(name, told)]
        if len(of_step) == 1:
            return self._vocabulary.parameter(of_step[0])
        return self._vocabulary.parameter(of_lot[0]) if len(found) == len(of_lot) == 1 else None

    def _heads(self, parameter: Parameter, text: str) -> list[str]:
        """Return what stands before the text in the names of a parameter that end with it."""
        labels = (folded(label) for label in (parameter.name, *parameter.labels))
        return [label.removesuffix(text) for label in labels if label.endswith(text) and label != text]

    def _is_of_step(self, name: str, text: str) -> bool:
        heads = self._heads(self._vocabulary.parameter(name), text)
        return any(_one_stem(head, own) for head in heads for own in self._own)


def _is_of_lot(name: str, told: Specification) -> bool:
    """Say whether a name begins with what bears the parameter: the cell of the cell thickness."""
    first = re.split(r"(?<=[a-z])(?=[A-Z])", name)[0].casefold()
    return ":" in told.bearer and first in f"{told.bearer} {told.bearer_class}".casefold()


def _one_stem(one: str, other: str) -> bool:
    least = min(len(one), len(other), _STEM)
    return least > 3 and one[:least] == other[:least]


@lru_cache(maxsize=100_000)
def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1; what is below a half counts as nothing."""
    if one == other:
        return 1.0
    shared = len(set(one) & set(other))
    if 4 * min(len(one), len(other)) < len(one) + len(other) or 2 * shared < min(
        len(set(one)), len(set(other))
    ):
        return 0.0
    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.quick_ratio() >= 0.5 else 0.0
