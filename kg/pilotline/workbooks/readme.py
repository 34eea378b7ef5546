"""Says in a sheet of each template how to fill it in."""

from collections.abc import Sequence

from pilotline.workbooks.forms import Form

_RULES = (
    ("Pilotline template", "Fill in what you know, save, hand it in: pilotline ingest FILE.xlsx"),
    ("Check first", "pilotline validate FILE.xlsx --annotated checked.xlsx colours the cells with faults."),
    ("", ""),
    ("Required", "Without it the data cannot be traced, or a model that needs it cannot be used."),
    ("Recommended", "Known to matter to some kind of model, or taken in by a model that has a name."),
    ("Optional", "All else that is specified. What nobody has rated stands here, or in no column at all."),
    ("", ""),
    (
        "Columns",
        "You may rename, move, hide and leave out columns, and add your own: they are kept as notes. "
        "A hidden row holds what each column means; leave rows 1 to 5 in their order.",
    ),
    ("Units", "Row 5 holds the unit of each column. Change it there if you measure in another one."),
    (
        "Conventions",
        "Row 3 asks for what makes a number mean something, such as PerSide and DryState for a loading; "
        "several are parted by a semicolon.",
    ),
    (
        "Numbers",
        "Comma or point may be the decimal sign. Write no sign between thousands: 1,234 is a little more "
        "than one. <20, 20–25, 62.1 ± 0.5, 12 m/min, n.d. (below detection) and n.m. (not measured) are "
        "understood.",
    ),
    ("Empty", "An empty cell says nothing. Never enter 0 for what was not measured."),
    ("Times", "A date cell, 2025-03-04 08:15 or 04.03.2025 08:15; the sheet Dataset names the time zone."),
    ("Lots", "The same lot has the same number in all sheets, to the letter. Several in one cell: R1; R2."),
    ("People", "Operators are codes, never names."),
    ("", ""),
)


def read_me(forms: Sequence[Form]) -> list[tuple[str, str]]:
    """Return the lines of the sheet: what, and what there is to know about it."""
    return [*_RULES, *((form.title, form.about) for form in forms)]
