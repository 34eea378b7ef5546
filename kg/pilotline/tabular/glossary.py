"""Lists the terms that a mapping may name, by a word of the line or by a step."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pilotline.vocabulary.terms import Index, Parameter, Term, Vocabulary, folded


class Entry(NamedTuple):
    """A term that a mapping may name.

    sort: `parameter`, `step`, `product`, `role`, `technique`, `equipment` or `choice`, one of a closed list.
    words: what people call it. unit: the usual one. asks: what `convention:` has to say of its numbers.
    """

    sort: str
    name: str
    words: str
    unit: str = ""
    asks: str = ""


def entries(vocabulary: Vocabulary, word: str) -> Iterator[Entry]:
    """Yield the terms that have a word in a name, or, for a step, the parameters that belong to it."""
    step = vocabulary.steps.find(word)
    if step:
        names = dict.fromkeys(each.parameter for each in vocabulary.specified(step.name))
        yield from (_parameter(vocabulary, vocabulary.parameter(name)) for name in names)
    wanted = folded(word)
    for parameter in vocabulary.parameters.by_name.values():
        if _has(parameter, wanted) and not (step and parameter.name in names):
            yield _parameter(vocabulary, parameter)
    others: dict[str, Index[Any]] = {
        "step": vocabulary.steps, "product": vocabulary.products, "role": vocabulary.roles,
        "technique": vocabulary.techniques, "equipment": vocabulary.equipment, "choice": vocabulary.entries,
    }  # fmt: skip
    for sort, index in others.items():
        for term in index.by_name.values():
            if _has(term, wanted):
                yield Entry(sort, term.name, ", ".join(term.labels))


def _has(term: Term, wanted: str) -> bool:
    return any(wanted in folded(name) for name in (term.name, *term.labels))


def _parameter(vocabulary: Vocabulary, parameter: Parameter) -> Entry:
    questions = vocabulary.questions(parameter).values()
    asks = "; ".join(" or ".join(answer.name for answer in answers) for answers in questions)
    return Entry("parameter", parameter.name, ", ".join(parameter.labels), parameter.unit, asks)
