"""Says in English and German what a slip is and what to enter instead."""

from pilotline.findings import Severity
from pilotline.validation.slips import Slip

# Message and hint of each rule that looks at whole columns.
_ENGLISH = {
    "Column-decimalPoint": (
        "{found} stands out of its {line}, and {meant} would fit",
        "is the decimal point or the unit wrong? enter {meant} if so",
    ),
    "Column-sign": (
        "{found} has the other sign than its {line}, and {meant} would fit",
        "enter {meant} if so",
    ),
    "Column-zero": (
        "{count} × 0 in a {line} whose other values are far from it, the least {least}",
        "where 0 stands for 'not measured', leave the cell empty, or say `missing: [\"0\"]` of the column",
    ),
    "Column-unit": (
        "the values look like {other} in a {line} of {unit}",
        "{found} {other} are {meant} {unit}: correct the unit in the header, or the numbers",
    ),
    "Column-fraction": (
        "{found} looks like a fraction in a {line} of {unit} that has {other}, too",
        "enter {meant}; where the numbers of a whole sheet are fractions, its unit is 1",
    ),
    "Column-fractions": (
        "the values look like fractions in a {line} of {unit}",
        "{found} is {meant} {unit}: correct the unit in the header (1 for fractions), or the numbers",
    ),
    "Column-scale": (
        "the values are not plausible in {unit}, but would be as {meant} instead of {found}",
        "correct the unit in the header, or the numbers",
    ),
    "Column-copied": (
        "{found} stands in {count} {neighbours}, in a {line} whose values otherwise differ",
        "{copied}? enter what was measured, or leave the cells empty",
    ),
    "Column-latched": (
        "{found} stands in {count} {neighbours}",
        "a display that holds its last value is not a measurement; leave the repeated cells empty",
    ),
    "Row-copied": (
        "from {step} {row} on, {count} {step}s repeat all that was measured in the {step} before",
        "{copied}? enter what was measured, or delete the {step}s",
    ),
    "Row-electrodesSwapped": (
        "{step} {row} is called {own}, but its values are those of the {other}",
        "swapped with another {step}? correct the electrode or the values",
    ),
    "Row-lotsSwapped": (
        "{step} {row}: {found} is of the {own}, in a {line} of the {other}",
        "electrodes swapped, or a wrong number? correct the cells of the {step}",
    ),
    "Column-dayAndMonth": (
        "{found} is far from the other dates of the sheet, and {meant} is among them",
        "day and month swapped? enter {meant} if so",
    ),
}
_GERMAN = {
    "Column-decimalPoint": (
        "{found} passt nicht in die {line}, {meant} würde passen",
        "Komma oder Einheit falsch? Dann {meant} eingeben",
    ),
    "Column-sign": (
        "{found} hat ein anderes Vorzeichen als die {line}, {meant} würde passen",
        "dann {meant} eingeben",
    ),
    "Column-zero": (
        "{count} × 0 in einer {line}, deren andere Werte weit davon liegen, der kleinste bei {least}",
        'wo 0 für „nicht gemessen“ steht, die Zelle leer lassen oder in der Spalte `missing: ["0"]` sagen',
    ),
    "Column-unit": (
        "die Werte sehen nach {other} in einer {line} mit {unit} aus",
        "{found} {other} sind {meant} {unit}: die Einheit im {line}nkopf berichtigen oder die Zahlen",
    ),
    "Column-fraction": (
        "{found} sieht nach einem Anteil von 1 aus in einer {line} mit {unit}, in der auch {other} steht",
        "{meant} eingeben; sind die Zahlen eines ganzen Blattes Anteile, ist ihre Einheit 1",
    ),
    "Column-fractions": (
        "die Werte sehen nach Anteilen von 1 aus in einer {line} mit {unit}",
        "{found} sind {meant} {unit}: die Einheit im {line}nkopf berichtigen (1 für Anteile) oder die Zahlen",
    ),
    "Column-scale": (
        "die Werte sind in {unit} nicht plausibel, wären es aber als {meant} statt {found}",
        "die Einheit im {line}nkopf berichtigen oder die Zahlen",
    ),
    "Column-copied": (
        "{found} steht in {count} {neighbours}, in einer {line} mit sonst verschiedenen Werten",
        "{copied}? Den Messwert eingeben oder die Zellen leer lassen",
    ),
    "Column-latched": (
        "{found} steht in {count} {neighbours}",
        "eine Anzeige, die ihren letzten Wert hält, ist keine Messung; die wiederholten Zellen leer lassen",
    ),
    "Row-copied": (
        "ab {step} {row} wiederholen {count} {step}n alles, was in der {step} davor gemessen wurde",
        "{copied}? Die Messwerte eingeben oder die {step}n löschen",
    ),
    "Row-electrodesSwapped": (
        "{step} {row} heißt {own}, ihre Werte sind aber die der anderen Elektrode ({other})",
        "mit einer anderen {step} vertauscht? Elektrode oder Werte berichtigen",
    ),
    "Row-lotsSwapped": (
        "{step} {row}: {found} gehört zur anderen Elektrode ({own}) als die {line} ({other})",
        "Elektroden vertauscht oder falsche Nummer? Die Zellen der {step} berichtigen",
    ),
    "Column-dayAndMonth": (
        "{found} liegt weit weg von den anderen Daten der Tabelle, {meant} mitten darin",
        "Tag und Monat vertauscht? Dann {meant} eingeben",
    ),
}
# What a column is called, and what its cells lie in: by whether they are turned.
_LINES = {
    "en": (
        {"line": "column", "step": "row", "neighbours": "rows below each other", "copied": "copied down"},
        {
            "line": "row",
            "step": "column",
            "neighbours": "columns beside each other",
            "copied": "copied across",
        },
    ),
    "de": (
        {
            "line": "Spalte",
            "step": "Zeile",
            "neighbours": "Zeilen untereinander",
            "copied": "nach unten kopiert",
        },
        {
            "line": "Zeile",
            "step": "Spalte",
            "neighbours": "Spalten nebeneinander",
            "copied": "nach rechts kopiert",
        },
    ),
}
_WORDS = {"en": _ENGLISH, "de": _GERMAN}
_GERMAN_NAMES = {"Cathode": "Kathode", "Anode": "Anode"}

# A latched or copied value may be right; one that is decades off is not.
SLIP_SEVERITY = Severity.WARNING


def slip_words(slip: Slip, language: str) -> tuple[str, str]:
    """Return message and hint of a slip."""
    message, hint = _WORDS.get(language, _ENGLISH)[slip.code]
    words = {**_LINES.get(language, _LINES["en"])[slip.turned], **slip.words}
    if language == "de":
        words = {name: _GERMAN_NAMES.get(word, word) for name, word in words.items()}
    return message.format(**words), hint.format(**words)
