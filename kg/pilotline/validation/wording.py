"""Says in English and German what a slip is and what to enter instead."""

from pilotline.findings import Severity
from pilotline.validation.slips import Slip

# Message and hint of each rule that looks at whole columns.
_ENGLISH = {
    "Column-decimalPoint": (
        "{found} stands out of its column, and {meant} would fit",
        "is the decimal point or the unit wrong? enter {meant} if so",
    ),
    "Column-sign": (
        "{found} has the other sign than its column, and {meant} would fit",
        "enter {meant} if so",
    ),
    "Column-zero": (
        "{count} × 0 in a column whose other values are far from it, the least {least}",
        "where 0 stands for 'not measured', leave the cell empty, or say `missing: [\"0\"]` of the column",
    ),
    "Column-unit": (
        "the values look like {other} in a column of {unit}",
        "{found} {other} are {meant} {unit}: correct the unit in the header, or the numbers",
    ),
    "Column-fraction": (
        "{found} looks like a fraction in a column of {unit} that has {other}, too",
        "enter {meant}; where the numbers of a whole sheet are fractions, its unit is 1",
    ),
    "Column-fractions": (
        "the values look like fractions in a column of {unit}",
        "{found} is {meant} {unit}: correct the unit in the header (1 for fractions), or the numbers",
    ),
    "Column-scale": (
        "the values are not plausible in {unit}, but would be as {meant} instead of {found}",
        "correct the unit in the header, or the numbers",
    ),
    "Column-copied": (
        "{found} stands in {count} rows below each other, in a column whose values otherwise differ",
        "copied down? enter what was measured, or leave the cells empty",
    ),
    "Column-latched": (
        "{found} stands in {count} rows below each other",
        "a display that holds its last value is not a measurement; leave the repeated cells empty",
    ),
    "Row-copied": (
        "from row {row} on, {count} rows repeat all that was measured in the row before",
        "copied down? enter what was measured, or delete the rows",
    ),
    "Row-electrodesSwapped": (
        "row {row} is called {own}, but its values are those of the {other}",
        "swapped with another row? correct the electrode or the values",
    ),
    "Row-lotsSwapped": (
        "row {row}: {found} is of the {own}, in a column of the {other}",
        "electrodes swapped, or a wrong number? correct the cells of the row",
    ),
    "Column-dayAndMonth": (
        "{found} is far from the other dates of the sheet, and {meant} is among them",
        "day and month swapped? enter {meant} if so",
    ),
}
_GERMAN = {
    "Column-decimalPoint": (
        "{found} passt nicht in die Spalte, {meant} würde passen",
        "Komma oder Einheit falsch? Dann {meant} eingeben",
    ),
    "Column-sign": (
        "{found} hat ein anderes Vorzeichen als die Spalte, {meant} würde passen",
        "dann {meant} eingeben",
    ),
    "Column-zero": (
        "{count} × 0 in einer Spalte, deren andere Werte weit davon liegen, der kleinste bei {least}",
        'wo 0 für „nicht gemessen“ steht, die Zelle leer lassen oder in der Spalte `missing: ["0"]` sagen',
    ),
    "Column-unit": (
        "die Werte sehen nach {other} in einer Spalte mit {unit} aus",
        "{found} {other} sind {meant} {unit}: die Einheit im Spaltenkopf berichtigen oder die Zahlen",
    ),
    "Column-fraction": (
        "{found} sieht nach einem Anteil von 1 aus in einer Spalte mit {unit}, in der auch {other} steht",
        "{meant} eingeben; sind die Zahlen eines ganzen Blattes Anteile, ist ihre Einheit 1",
    ),
    "Column-fractions": (
        "die Werte sehen nach Anteilen von 1 aus in einer Spalte mit {unit}",
        "{found} sind {meant} {unit}: die Einheit im Spaltenkopf berichtigen (1 für Anteile) oder die Zahlen",
    ),
    "Column-scale": (
        "die Werte sind in {unit} nicht plausibel, wären es aber als {meant} statt {found}",
        "die Einheit im Spaltenkopf berichtigen oder die Zahlen",
    ),
    "Column-copied": (
        "{found} steht in {count} Zeilen untereinander, in einer Spalte mit sonst verschiedenen Werten",
        "nach unten kopiert? Den Messwert eingeben oder die Zellen leer lassen",
    ),
    "Column-latched": (
        "{found} steht in {count} Zeilen untereinander",
        "eine Anzeige, die ihren letzten Wert hält, ist keine Messung; die wiederholten Zellen leer lassen",
    ),
    "Row-copied": (
        "ab Zeile {row} wiederholen {count} Zeilen alles, was in der Zeile davor gemessen wurde",
        "nach unten kopiert? Die Messwerte eingeben oder die Zeilen löschen",
    ),
    "Row-electrodesSwapped": (
        "Zeile {row} heißt {own}, ihre Werte sind aber die der anderen Elektrode ({other})",
        "mit einer anderen Zeile vertauscht? Elektrode oder Werte berichtigen",
    ),
    "Row-lotsSwapped": (
        "Zeile {row}: {found} gehört zur anderen Elektrode ({own}) als die Spalte ({other})",
        "Elektroden vertauscht oder falsche Nummer? Die Zellen der Zeile berichtigen",
    ),
    "Column-dayAndMonth": (
        "{found} liegt weit weg von den anderen Daten der Tabelle, {meant} mitten darin",
        "Tag und Monat vertauscht? Dann {meant} eingeben",
    ),
}
_WORDS = {"en": _ENGLISH, "de": _GERMAN}
_GERMAN_NAMES = {"Cathode": "Kathode", "Anode": "Anode"}

# A latched or copied value may be right; one that is decades off is not.
SLIP_SEVERITY = Severity.WARNING


def slip_words(slip: Slip, language: str) -> tuple[str, str]:
    """Return message and hint of a slip."""
    message, hint = _WORDS.get(language, _ENGLISH)[slip.code]
    words = dict(slip.words)
    if language == "de":
        words = {name: _GERMAN_NAMES.get(word, word) for name, word in words.items()}
    return message.format(**words), hint.format(**words)
