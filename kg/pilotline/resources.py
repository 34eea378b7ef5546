"""Finds the data folders: inside the wheel when installed, else in the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """Return the folder `ontology`, `shapes`, `mappings` or `queries`.

    Errors: FileNotFoundError when neither the wheel nor the checkout has it.
    """
    for candidate in (_PACKAGE / "data" / name, _PACKAGE.parents[1] / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the data folder {name!r} is neither in the wheel nor beside the package")
