"""Turns a report into one HTML page that reads without scripts and refers to nothing outside."""

from collections.abc import Iterator
from html import escape

from pilotline.validation.language import place_in
from pilotline.validation.render import WORDS, by_rule, completeness_rows, values_of, verdict
from pilotline.validation.report import Group, Report

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --violation: #b3261e; --warning: #8a5a00; --info: #1d5fa8; }
@media (prefers-color-scheme: dark) { :root { --violation: #ff8a80; --warning: #ffc46b; --info: #8ec5ff; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.violation h2 { color: var(--violation); }
.warning h2 { color: var(--warning); }
.info h2 { color: var(--info); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: start; vertical-align: top; }
td.place { white-space: nowrap; font-variant-numeric: tabular-nums; }
.hint { display: block; opacity: .8; }
summary { cursor: pointer; }
@media (max-width: 45rem) {
  thead { display: none; }
  table, tbody, tr, td { display: block; border: 0; padding: 0; }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  td:empty { display: none; }
  td.place { white-space: normal; font-weight: 600; }
  td[data-label]::before { content: attr(data-label) ": "; opacity: .8; }
}
"""


def to_html(report: Report, language: str = "en", subject: str = "") -> str:
    """Return the page; subject: what was validated."""
    words = WORDS[language]
    title = escape(f"{words['title']}: {subject}" if subject else words["title"])
    body = [f"<h1>{title}</h1>", f"<p><strong>{escape(verdict(report, language, subject))}</strong></p>"]
    body += [_section(code, groups, language) for code, groups in by_rule(report, language)]
    body += _completeness(report, language)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def _section(code: str, groups: list[Group], language: str) -> str:
    """Return what one rule found, one row for each cause."""
    words, head = WORDS[language], groups[0].finding
    source = f"<p>{escape(words['source'])}: {escape(head.source)}</p>" if head.source else ""
    columns = ("where", "message", "typed", "expected")
    heads = "".join(f'<th scope="col">{escape(words[name])}</th>' for name in columns)
    rows = "\n".join(_row(group, language) for group in groups)
    severity = escape(words[head.severity])
    return (
        f'<section class="{head.severity}">\n<h2>{severity}: {escape(code)}</h2>\n{source}'
        f'<div class="wide"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>'
        "</div>\n</section>"
    )


def _row(group: Group, language: str) -> str:
    finding = group.finding
    message = escape(finding.message)
    if finding.hint:
        message += f'<span class="hint">{escape(finding.hint)}</span>'
    texts = {"typed": values_of(group), "expected": finding.expected}
    cells = "".join(_labelled(WORDS[language][name], text) for name, text in texts.items())
    return f'<tr><td class="place">{_place(group, language)}</td><td>{message}</td>{cells}</tr>'


def _place(group: Group, language: str) -> str:
    """Return the place; of one cause in many cells it opens to all of them."""
    place = escape(place_in(group.finding.place, language))
    if group.count == 1:
        return place
    named = ((place_in(each.cell, language) or each.focus, each.value) for each in group.members)
    cells = "".join(f"<li>{escape(where)}: {escape(value)}</li>" for where, value in named)
    many = f"{group.count} {WORDS[language]['values']}"
    return f"<details><summary>{place}, {escape(many)}</summary><ul>{cells}</ul></details>"


def _labelled(label: str, text: str) -> str:
    """Return a cell that says on a narrow page, where there are no heads, what it holds."""
    return f'<td data-label="{escape(label)}">{escape(text)}</td>'


def _completeness(report: Report, language: str) -> Iterator[str]:
    if not report.completeness:
        return
    words = WORDS[language]
    columns = ("step", "runs", "required", "recommended", "missing")
    heads = "".join(f'<th scope="col">{escape(words[name])}</th>' for name in columns)
    rows = "\n".join(
        "<tr>" + "".join(map(_labelled, [words[name] for name in columns], row)) + "</tr>"
        for row in completeness_rows(report, language)
    )
    yield (
        f"<section>\n<h2>{escape(words['completeness'])}</h2>\n"
        f'<div class="wide"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'
        "\n</section>"
    )
