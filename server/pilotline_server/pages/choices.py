"""What the forms let people choose from, in the words that people use."""

from dataclasses import dataclass

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
    """Return the local name of what is chosen by it or by its label; the text itself where nothing fits."""
    by_label = {label.casefold(): name for name, label in known.items()}
    return text if text in known else by_label.get(text.casefold(), text)


def _labels(rows: list[Row]) -> dict[str, str]:
    return {
        row["term"].removeprefix("pl:"): row["alt_en"].split("|")[0] or row["term"].removeprefix("pl:")
        for row in rows
    }
