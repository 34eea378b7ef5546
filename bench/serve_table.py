"""Writes the figures of `bench/serve.py` into `docs/performance.md`, between the marks of its section.

python bench/serve_table.py bench/results/serve.json
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs/performance.md"
SECTION = re.compile(r"(?<=<!-- serve -->\n).*?(?=<!-- end of serve -->)", re.DOTALL)


def main() -> None:
    """Replace the table; a page without the marks is an error."""
    figures = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    table = "\n".join(["| what | ours | theirs | ratio |", "|---|---|---|---|", *rows(figures)]) + "\n"
    page, count = SECTION.subn(lambda _: table, PAGE.read_text(encoding="utf-8"))
    if not count:
        raise SystemExit(f"{PAGE} has no marks of the section serve")
    PAGE.write_text(page, encoding="utf-8")


def rows(figures: dict[str, Any], above: str = "") -> Iterator[str]:
    """Yield a row for each figure; a comparison has ours, theirs and their ratio."""
    for name, value in figures.items():
        label = f"{above}, {name}" if above else name
        if not isinstance(value, dict):
            yield f"| {label} | {value if isinstance(value, int) else round(value, 2)} | | |"
        elif "ratio" in value:
            own, other = (
                next(v for k, v in value.items() if k.startswith(side)) for side in ("ours", "theirs")
            )
            unit = "ms" if "ours, ms" in value else "1/s"
            yield f"| {label}, {unit} | {own} | {other} | {value['ratio']} |"
        else:
            yield from rows(value, label)


if __name__ == "__main__":
    main()
