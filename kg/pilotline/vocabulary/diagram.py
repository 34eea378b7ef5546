"""Draws the line from the ontology: steps with what they take and make become a Mermaid flowchart."""

import re
from collections.abc import Iterator

from pilotline.namespaces import PL
from pilotline.vocabulary.facts import Facts
from pilotline.vocabulary.names import local_name


def line_diagram(facts: Facts) -> str:
    """Return the steps by phase in their order, and the products between them."""
    steps = sorted(_steps(facts), key=lambda iri: (float(facts.literals(iri, PL + "stepOrder")[0]), iri))
    phases = dict.fromkeys(phase for step in steps for phase in facts.iris(step, PL + "partOfStep"))
    lines = ["flowchart TB"]
    for phase in phases:
        inside = [step for step in steps if phase in facts.iris(step, PL + "partOfStep")]
        lines += [f"    subgraph {_box(phase)}", *(f"        {_box(step)}" for step in inside)]
        lines += ["    end"]
    lines += dict.fromkeys(f"    {line}" for step in steps for line in _flows(facts, step))
    return "\n".join(lines) + "\n"


def _steps(facts: Facts) -> Iterator[str]:
    return (iri for iri in facts.ours() if facts.literals(iri, PL + "stepLevel") == ["step"])


def _flows(facts: Facts, step: str) -> Iterator[str]:
    for product in sorted(facts.iris(step, PL + "takesProduct")):
        yield f"{_round(product)} --> {local_name(step)}"
    for product in sorted(facts.iris(step, PL + "makesProduct")):
        yield f"{local_name(step)} --> {_round(product)}"


def _box(iri: str) -> str:
    return f'{local_name(iri)}["{_words(iri)}"]'


def _round(iri: str) -> str:
    return f'{local_name(iri)}(["{_words(iri)}"])'


def _words(iri: str) -> str:
    """Return the name in plain words.

    >>> _words("https://w3id.org/pilotline/ontology#DryCell")
    'dry cell'
    """
    return re.sub("(?<!^)(?=[A-Z])", " ", local_name(iri)).lower()
