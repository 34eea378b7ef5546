"""Turns the terms of the ontology into HTML pages, one for each module, that need no script or server."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path, PurePath

from pyoxigraph import NamedNode

from pilotline.vocabulary.closure import module_files
from pilotline.vocabulary.diagram import line_diagram
from pilotline.vocabulary.facts import Facts, short
from pilotline.vocabulary.names import is_ours, local_name
from pilotline.vocabulary.term import Term, Terms, Value

_STYLE = """
:root { color-scheme: light dark; --line: #8886; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
article { border-top: 1px solid var(--line); margin-top: 2rem; }
article:target h2 { background: #fc06; }
dl { display: grid; grid-template-columns: minmax(7rem, 13rem) 1fr; gap: .2rem 1rem; }
dt { opacity: .75; overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { dl { display: block; } dd { margin: 0 0 .5rem 1rem; } }
"""


def reference_files(folder: Path, examples: Path | None = None) -> dict[str, str]:
    """Return the text of each file of the term reference by its name.

    folder: holds the modules; examples: Turtle files in which the terms are used.
    """
    facts = Facts.read(module_files(folder))
    used = sorted(examples.glob("*.ttl")) if examples else []
    reference = _Reference(Terms(facts, Facts.read(used)))
    return {
        **reference.pages(),
        "line.mmd": line_diagram(facts),
        **{f"examples/{path.name}": path.read_text(encoding="utf-8") for path in used},
    }


@dataclass(frozen=True)
class _Reference:
    terms: Terms

    def pages(self) -> dict[str, str]:
        ordered = sorted(self.terms, key=lambda term: (term.file, term.label.lower(), term.label))
        modules = {file: list(terms) for file, terms in groupby(ordered, lambda term: term.file)}
        pages = {page(file): self.module(file, terms) for file, terms in modules.items()}
        return {"index.html": self.index(modules), **pages}

    def index(self, modules: dict[str, list[Term]]) -> str:
        parts = ["<h1>Terms of Pilotline</h1>"]
        for file, terms in modules.items():
            links = "\n".join(f"<li>{self.link(term.iri)}{_alternatives(term)}</li>" for term in terms)
            parts.append(
                f'<details><summary><a href="{page(file)}">{escape(PurePath(file).stem)}</a> '
                f"({len(terms)})</summary><ul>\n{links}\n</ul></details>"
            )
        return _html("Terms of Pilotline", parts)

    def module(self, file: str, terms: list[Term]) -> str:
        title = PurePath(file).stem
        head = [f'<p><a href="index.html">All terms</a></p><h1>{escape(title)}</h1>']
        return _html(f"Pilotline: {title}", [*head, *map(self.article, terms)])

    def article(self, term: Term) -> str:
        rows = "\n".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in self.rows(term) if value)
        name = escape(local_name(term.iri))
        return (
            f'<article id="{name}"><h2><a href="#{name}">{escape(term.label)}</a></h2>\n'
            f"<p>{escape(term.definition)}</p>\n<dl>\n{rows}\n</dl></article>"
        )

    def rows(self, term: Term) -> Iterator[tuple[str, str]]:
        """Yield what a page says of a term: name, and value as HTML."""
        yield "IRI", f"<code>{escape(term.iri)}</code>"
        yield "kind", ", ".join([escape(term.kind), *map(self.link, term.types)])
        for language, words in term.alternatives.items():
            yield f"also called ({language})", f'<span lang="{language}">{escape(", ".join(words))}</span>'
        yield "note", escape(term.scope_note)
        yield "below", self.links(term.parents)
        yield "all above", self.links(term.ancestors)
        yield "above", self.links(term.children)
        yield "individuals", self.links(term.instances)
        for relation, other in term.upstream:
            yield escape(short(relation)), self.link(other)
        for fact in term.facts:
            yield self.link(fact.property), ", ".join(map(self.value, fact.values))
        for (kind, relation), uses in groupby(term.uses, lambda use: (use.kind, use.property)):
            subjects = self.links(use.subject for use in uses)
            of = f"{self.link(kind)} by " if kind else "by "
            yield f"used in {of}{self.link(relation)}", subjects
        yield "examples", ", ".join(f'<a href="examples/{n}">{n}</a>' for n in map(escape, term.examples))

    def links(self, iris: Iterable[str]) -> str:
        return ", ".join(map(self.link, iris))

    def link(self, iri: str) -> str:
        """Return a link to a term: into a page for ours, to its IRI for one of others."""
        file = self.terms.facts.file_of(iri)
        ours = is_ours(iri) and file
        address = f"{page(file)}#{local_name(iri)}" if ours else iri
        return f'<a href="{escape(address)}">{escape(self.terms.label(iri))}</a>'

    def value(self, value: Value) -> str:
        return self.link(value.value) if isinstance(value, NamedNode) else escape(value.value)


def page(file: str) -> str:
    """Return the page of a module.

    >>> page("steps.ttl")
    'steps.html'
    """
    return f"{PurePath(file).stem}.html"


def _alternatives(term: Term) -> str:
    words = [word for words in term.alternatives.values() for word in words]
    return f" <small>{escape(', '.join(words))}</small>" if words else ""


def _html(title: str, parts: Iterable[str]) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )
