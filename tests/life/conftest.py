"""A small lab whose files grow: a mixing sheet and a coating sheet, by their mappings."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from life.lab import HandIn

from pilotline.ingest.publishing import Outcome, Terms, ingest
from pilotline.ingest.rules import Rules
from pilotline.ingest.sources import Job, jobs
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.store import Store

CASES = Path(__file__).parent / "cases"


@pytest.fixture
def job(tmp_path: Path) -> Callable[[str, str], Job]:
    """Write a sheet and say what reads it: `coating` or `mixing`, and its lines below the header."""

    def make(kind: str, rows: str) -> Job:
        header = (CASES / f"{kind}.csv").read_text(encoding="utf-8").splitlines()[0]
        file = tmp_path / f"{kind}.csv"
        file.write_text("\n".join([header, *rows.split()]) + "\n", encoding="utf-8")
        (made,) = jobs([file], CASES / f"{kind}.yaml", Place())
        return made

    return make


@pytest.fixture
def hand_in(job: Callable[[str, str], Job], store: Store, rules: Rules, tmp_path: Path) -> HandIn:
    """Ingest the lines of a sheet into the store of the test, on the terms given."""

    def make(kind: str, rows: str, **terms: object) -> Outcome:
        staged = job(kind, rows).stage(tmp_path / "staged.nq", rules.vocabulary, Units.load())
        return ingest(store, staged, rules, replace(Terms(), **terms))  # type: ignore[arg-type]

    return make
