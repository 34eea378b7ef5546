"""Runs RML that a lab hands in: morph-kgc, in an environment of its own, turns files into quads.

Its packages want other versions than ours, so it is another Python: the folder that PILOTLINE_RML_ENGINE
names, else `build/rml-engine` below the working folder, where `make rml-engine` puts it.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import Quad, RdfFormat, parse

from pilotline.datasets.dataset import SourceError
from pilotline.rml.functions import module_for_engines

VARIABLE = "PILOTLINE_RML_ENGINE"
_DEFAULT = Path("build") / "rml-engine"
_SECONDS = 3600
_CONFIGURATION = """\
[CONFIGURATION]
udfs=functions.py
na_values=,nan
output_format=N-QUADS
output_file=made.nq
logging_level=ERROR
[mapping]
mappings=mapping.rml.ttl
"""


def run(mapping: str, files: Mapping[Path, str]) -> list[Quad]:
    """Return what an RML mapping makes of files.

    mapping: RML as Turtle. files: each with the name by which the mapping knows it.

    Errors: SourceError, where there is no engine, or it fails.
    """
    python = _python()
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path, called in files.items():
            (folder / called).parent.mkdir(parents=True, exist_ok=True)
            (folder / called).symlink_to(path.resolve())
        (folder / "mapping.rml.ttl").write_text(mapping, encoding="utf-8")
        (folder / "functions.py").write_text(module_for_engines(), encoding="utf-8")
        (folder / "run.ini").write_text(_CONFIGURATION, encoding="utf-8")
        # The engine that the lab has named, on files of the lab.
        done = subprocess.run(  # noqa: S603
            [str(python), "-m", "morph_kgc", "run.ini"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        made = folder / "made.nq"
        if done.returncode or not made.exists():
            raise SourceError(f"the RML engine failed: {_last_line(done.stderr or done.stdout)}")
        return list(parse(path=str(made), format=RdfFormat.N_QUADS, rename_blank_nodes=True))


def _python() -> Path:
    folder = Path(os.environ.get(VARIABLE) or _DEFAULT)
    python = folder / "bin" / "python"
    if not python.exists():
        raise SourceError(
            f"{folder}: no RML engine; make one by `python -m venv rml-engine` and "
            f"`rml-engine/bin/pip install morph-kgc`, and say {VARIABLE}=rml-engine"
        )
    return python.absolute()


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
