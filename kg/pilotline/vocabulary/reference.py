"""Turns the terms of the ontology into HTML pages, one for each module, that need no script or server."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path, PurePath

from pyoxigraph import NamedNode

from pilotline.namespaces import DCTERMS, ONTOLOGY
from pilotline.vocabulary.closure import module_files
from pilotline.vocabulary.diagram import line_diagram
from pilotline.vocabulary.facts import Facts, short
from pilotline.vocabulary.names import is_ours, is_upstream, local_name
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
        parts = [
            "<h1>Terms of Pilotline</h1>",
            "<p>A list opens in place, a name leads to all that is known.</p>",
        ]
        for file, terms in modules.items():
            links = "\n".join(f"<li>{self.link(term.iri)}{_alternatives(term)}</li>" for term in terms)
            parts.append(
                f'<details><summary><a href="{page(file)}">{escape(PurePath(file).stem)}</a> '
                f"({len(terms)}) <small>{escape(self.title(file))}</small></summary>"
                f"<ul>\n{links}\n</ul></details>"
            )
        return _html("Terms of Pilotline", parts)

    def module(self, file: str, terms: list[Term]) -> str:
        title = self.title(file)
        head = [f'<p><a href="index.html">All terms</a></p><h1>{escape(title)}</h1>']
        links = ", ".join(f'<a href="#{local_name(term.iri)}">{escape(term.label)}</a>' for term in terms)
        return _html(title, [*head, f"<p>{links}</p>", *map(self.article, terms)])

    def title(self, file: str) -> str:
        """Return what a module calls itself."""
        return self.terms.facts.literals(f"{ONTOLOGY}/{PurePath(file).stem}", DCTERMS + "title")[0]

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
            where = f"in {self.link(kind)} " if kind else ""
            yield f"used {where}by {self.link(relation)}", subjects
        yield "examples", ", ".join(f'<a href="examples/{n}">{n}</a>' for n in map(escape, term.examples))

    def links(self, iris: Iterable[str]) -> str:
        return ", ".join(map(self.link, iris))

    def link(self, iri: str) -> str:
        """Return a link to a term: into a page for ours, to its IRI for one of others."""
        file = self.terms.facts.file_of(iri)
        if is_ours(iri) and file:
            return f'<a href="{page(file)}#{escape(local_name(iri))}">{escape(self.terms.label(iri))}</a>'
        prefix = f"{short(iri).partition(':')[0]}:" if is_upstream(iri) else ""
        return f'<a href="{escape(iri)}">{prefix}{escape(self.terms.label(iri))}</a>'

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
