"""Turns a unit in words, English or German, into symbols: `meters per minute` is `m/min`."""

import re
from collections.abc import Container

_PREFIXES = {
    "milli": "m", "kilo": "k", "centi": "c", "zenti": "c", "micro": "µ", "mikro": "µ", "mega": "M",
    "nano": "n", "giga": "G", "hecto": "h", "hekto": "h",
}  # fmt: skip
_WORDS = {
    "metre": "m", "meter": "m", "gram": "g", "gramm": "g", "newton": "N", "pascal": "Pa", "second": "s",
    "sekunde": "s", "minute": "min", "hour": "h", "stunde": "h", "day": "d", "tag": "d", "kelvin": "K",
    "volt": "V", "ampere": "A", "ohm": "Ω", "watt": "W", "joule": "J", "litre": "L", "liter": "L",
    "mole": "mol", "mol": "mol", "siemens": "S", "hertz": "Hz", "bar": "bar",
}  # fmt: skip
_POWERS = {"square": "2", "quadrat": "2", "cubic": "3", "kubik": "3"}
_PER = {"per", "pro", "je"}
_UNIT = re.compile(
    rf"({'|'.join(_POWERS)})?({'|'.join(_PREFIXES)})?"
    rf"({'|'.join(sorted(_WORDS, key=len, reverse=True))})(?:(?:s|n|en)$)?",
    re.IGNORECASE,
)


def from_words(text: str, symbols: Container[str] = ()) -> str:
    """Return the symbols of a unit in words, empty where a word is none.

    symbols: those that may stand among the words.

    >>> from_words("Newton pro Quadratmillimeter"), from_words("mg per square centimeter", {"mg"})
    ('N/mm2', 'mg/cm2')
    >>> from_words("Meter/Minute")
    'm/min'
    """
    parts: list[str] = []
    power = ""
    for typed in text.replace("/", " per ").split():
        word = typed.casefold()
        if word in _PER:
            parts.append("/")
        elif word in _POWERS:
            power = _POWERS[word]
        elif found := _symbols(word, power) or (typed + power if typed in symbols else ""):
            parts.append(found)
            power = ""
        else:
            return ""
    return ".".join(parts).replace("./.", "/").replace("./", "/")


def _symbols(word: str, power: str) -> str:
    """Return the symbols of one word, which may join several units: `millipascalsekunden`."""
    found, at = [], 0
    while at < len(word):
        match = _UNIT.match(word, at)
        if match is None:
            return ""
        own, prefix, unit = match.groups()
        found.append(_PREFIXES.get(prefix, "") + _WORDS[unit] + (_POWERS[own] if own else power))
        at = match.end()
    return ".".join(found)
