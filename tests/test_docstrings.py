"""The examples in docstrings are true."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import pilotline

MODULES = [module.name for module in pkgutil.walk_packages(pilotline.__path__, "pilotline.")]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("__main__")])
def test_examples_in_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
