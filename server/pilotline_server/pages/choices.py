"""What the forms let people choose from, in the words that people use."""

import re
from dataclasses import dataclass

from pilotline.namespaces import PL
from pilotline.readiness.requirements import named_models
from pilotline.vocabulary.tables import Row, Tables

_TYPES = ("Empirical", "MachineLearning", "Discrete", "Continuum")
_WORDS = {"MachineLearning": "machine learning"}


@dataclass(frozen=True)
class Choices:
    """Models of the paper whose inputs are stated, types of model, and specified steps: name to label."""

    models: dict[str, str]
    types: dict[str, str]
    steps: dict[str, str]


def choices() -> Choices:
    """Return what the shipped tables let people choose from."""
    tables = Tables.shipped()
    models, steps = (_labels(tables.rows(name)) for name in ("models", "steps"))
    specified = {row["step"].removeprefix("pl:") for row in tables.rows("specifications")}
    return Choices(
        {
            name: models[name]
            for name in sorted(named_models(tables), key=lambda name: models[name].casefold())
        },
        {name: _WORDS.get(name, name.lower()) for name in _TYPES},
        {name: label for name, label in steps.items() if name in specified},
    )


def chosen_name(text: str, known: dict[str, str]) -> str:
    """Return the local name of what is chosen by it, its IRI, CURIE or label; the text where nothing fits."""
    return next((name for name, label in known.items() if stands_for(text, name, label)), text)


def stands_for(text: str, name: str, label: str) -> bool:
    """Say whether a text names a choice: by its IRI, CURIE, name or label, however written."""
    return _plain(text.removeprefix(PL).removeprefix("pl:")) in (_plain(name), _plain(label))


def _plain(name: str) -> str:
    """Return a name as it is compared: `machine-learning` and `MachineLearning` are the same."""
    return re.sub(r"[\s_-]", "", name).casefold()


def _labels(rows: list[Row]) -> dict[str, str]:
    return {
        row["term"].removeprefix("pl:"): row["alt_en"].split("|")[0] or row["term"].removeprefix("pl:")
        for row in rows
    }
