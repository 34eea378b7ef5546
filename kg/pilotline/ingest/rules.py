"""What datasets are linked and checked by, and what becomes of those that break a rule."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from pilotline.resources import data_folder
from pilotline.validation import Shapes, load_shapes
from pilotline.vocabulary.terms import Vocabulary


class Policy(StrEnum):
    """What happens to a dataset that breaks a rule.

    STRICT: it is refused, its report is kept. ROWS: its good rows enter, the others are listed apart.
    RECORD: it enters, its faulty values out of scope.
    """

    STRICT = "strict"
    ROWS = "rows"
    RECORD = "record"


@dataclass(frozen=True)
class Rules:
    """What datasets are linked and checked by; made once, passed in.

    ontology: the ontology with its closed hierarchy as N-Triples, which every validation sees.
    further: names of the shapes that apply besides the general ones.
    engine: `auto`, or `pyshacl` for the reference.
    """

    shapes: Shapes
    vocabulary: Vocabulary
    ontology: bytes = field(repr=False)
    further: tuple[str, ...] = ()
    engine: str = "auto"

    def with_shapes(self, *names: str) -> "Rules":
        """Return these rules with further shapes, such as those for one source."""
        if names == self.further:
            return self
        return replace(self, shapes=load_shapes(data_folder("shapes"), *names), further=names)

    @property
    def step_order(self) -> dict[str, float]:
        """Return the place of each step class along the line."""
        return {step.iri: float(place) for place, step in enumerate(self.vocabulary.steps.by_name.values())}
