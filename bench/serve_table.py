"""Writes the figures of `bench/serve.py` into `docs/performance.md`, between the marks of a section.

python bench/serve_table.py serve bench/results/serve.json
python bench/serve_table.py growth bench/results/growth.json
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs/performance.md"


def main() -> None:
    """Replace the table; a page without the marks is an error."""
    name, file = sys.argv[1:]
    figures = json.loads(Path(file).read_text(encoding="utf-8"))
    section = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", re.DOTALL)
    lines = growth(figures) if "growth" in figures else rows(figures)
    head = "| what | small | large | ratio |" if "growth" in figures else "| what | ours | theirs | ratio |"
    table = "\n".join([head, "|---|---|---|---|", *lines]) + "\n"
    page, count = section.subn(lambda _: table, PAGE.read_text(encoding="utf-8"))
    if not count:
        raise SystemExit(f"{PAGE} has no marks of the section {name}")
    PAGE.write_text(page, encoding="utf-8")


def rows(figures: dict[str, Any], above: str = "") -> Iterator[str]:
    """Yield a row for each figure; a comparison has ours, theirs and their ratio."""
    for name, value in figures.items():
        label = f"{above}, {name}" if above else name
        if not isinstance(value, dict):
            yield f"| {label} | {'beyond the deadline' if value is None else value} | | |"
        elif "ratio" in value:
            own, other = (
                next(v for k, v in value.items() if k.startswith(side)) for side in ("ours", "theirs")
            )
            unit = "ms" if "ours, ms" in value else "1/s"
            yield f"| {label}, {unit} | {own} | {other} | {value['ratio']} |"
        else:
            yield from rows(value, label)


def growth(figures: dict[str, Any]) -> Iterator[str]:
    """Yield a row for each figure of two sizes of store, and for the cost of each query their ratio."""
    small, large = (size for size in figures if size.isdigit())
    yield f"| triples | {int(small):,} | {int(large):,} | |"
    for name, value in figures[small].items():
        if name != "ms":
            yield f"| {name} | {value} | {figures[large][name]} | |"
    for name, value in figures[small]["ms"].items():
        most = figures[large]["ms"][name]
        ratio = figures["growth"].get(name, "")
        yield f"| {name}, ms | {value} | {'beyond the deadline' if most is None else most} | {ratio} |"


if __name__ == "__main__":
    main()
