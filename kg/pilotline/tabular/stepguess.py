"""Guesses the step that a table is about, from the names of file and sheet and from its columns."""

from collections.abc import Sequence
from pathlib import Path

from pilotline.tabular.guesses import SURE, Guess, words_of
from pilotline.tabular.unmapped import Found
from pilotline.vocabulary.terms import Step, Vocabulary, folded

_STEM = 6  # letters that words of one stem share, as Kalandern and Kalandrieren


def step_of(file: str, found: Found, guesses: Sequence[Guess], vocabulary: Vocabulary) -> tuple[Step, float]:
    """Return the step that file, sheet and parameters speak of most, with a score."""
    places = [line for line in found.place if line.startswith(("sheet:", "records:"))]
    titles = set(words_of(" ".join([Path(file).stem, *places])))
    words = set(words_of(" ".join(found.headers)))
    parameters = {guess.parameter.name for guess in guesses if guess.parameter and guess.score >= SURE}
    best, score = None, -1.0
    for step in vocabulary.steps.by_name.values():
        names = [folded(name) for name in (step.name, step.slug, *step.labels)]
        named = _named(titles, names) or 0.3 * _named(words, names)
        specified = {each.parameter for each in vocabulary.specified(step.name)}
        shared = len(specified & parameters) / max(1, len(parameters))
        likely = 0.6 * named + 0.4 * shared
        if likely > score:
            best, score = step, likely
    assert best is not None
    return best, round(score, 2)


def _named(words: set[str], names: Sequence[str]) -> float:
    """Return 1 where a word is one of the names, a little less where it begins one."""
    return 1.0 if words.intersection(names) else 0.6 * any(_inside(word, names) for word in words)


def _inside(word: str, names: Sequence[str]) -> bool:
    """Say whether a word is the beginning of a name, or a name that of the word, or both have a long stem."""
    return any(
        min(len(word), len(name)) > 4
        and (word.startswith(name) or name.startswith(word) or word[:_STEM] == name[:_STEM])
        for name in names
    )
