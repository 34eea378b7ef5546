"""`/tables`: the published tables 5 to 12, with what is known of each row."""

import csv
import io
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pilotline.namespaces import PREFIXES
from pilotline_server.negotiation import HTML, Offer, chosen, named
from pilotline_server.pages.behind import own
from pilotline_server.pages.facets import facets, passes
from pilotline_server.pages.look import short
from pilotline_server.pages.site import Row, Site

_HEAD = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("pl", "skos"))
_ROWS = (
    _HEAD
    + """SELECT ?specification ?table ?row ?printed ?parameter ?step ?role ?acquisition ?accuracy
    (GROUP_CONCAT(DISTINCT STR(?technique); separator="|") AS ?techniques)
    (GROUP_CONCAT(DISTINCT STR(?label); separator="|") AS ?labels) WHERE {
  ?specification pl:tableNumber ?table ; pl:rowNumber ?row ; pl:printedLabel ?printed ; pl:role ?role ;
    pl:ofParameter ?parameter .
  {
    SELECT ?specification (SAMPLE(?one) AS ?step) WHERE { ?specification pl:inStep ?one }
    GROUP BY ?specification
  }
  OPTIONAL { ?specification pl:acquisition ?acquisition }
  OPTIONAL { ?specification pl:accuracyPrinted ?said }
  OPTIONAL { ?specification pl:accuracyCorrected ?corrected }
  BIND(COALESCE(?corrected, ?said) AS ?accuracy)
  OPTIONAL { ?specification pl:assignedTechnique ?technique }
  OPTIONAL { ?parameter skos:prefLabel|skos:altLabel ?label }
}
GROUP BY ?specification ?table ?row ?printed ?parameter ?step ?role ?acquisition ?accuracy
ORDER BY ?table ?row ?specification"""
)
_RATINGS = (
    _HEAD
    + """SELECT ?specification ?dimension ?model ?level ?basis WHERE {
  ?rating pl:assesses ?specification ; pl:assessmentDimension ?dimension ; pl:level ?level .
  OPTIONAL { ?rating pl:modelCategory ?model }
  OPTIONAL { ?rating pl:basis ?basis }
}
ORDER BY ?specification ?rating"""
)
_JSONLD, _CSV = Offer("application/ld+json", "jsonld"), Offer("text/csv", "csv")
_ALWAYS = {"Cache-Control": "no-cache", "Vary": "Accept"}
MODELS = ("Empirical", "MachineLearning", "Discrete", "Continuum")
COLUMNS = (*MODELS, "Measurability", "Accuracy")
NOT_TRANSCRIBED = "not transcribed"
"""What stands where our copy of the paper lost the colour of a cell."""
_WORDS = {
    "Criticality": {"High": "hard to do without", "Intermediate": "useful", "Low": "can be left out"},
    "Measurability": {"High": "easy", "Intermediate": "with effort", "Low": "hard"},
    "Accuracy": {"High": "good", "Intermediate": "fair", "Low": "poor"},
}
_ICONS = {"High": "▲", "Intermediate": "■", "Low": "▼", "NotApplicable": "–", NOT_TRANSCRIBED: "?"}


class Level(NamedTuple):
    """A level as the page shows it: never by colour, always in words."""

    name: str
    words: str
    basis: str

    @property
    def icon(self) -> str:
        """Return the sign beside the words."""
        return _ICONS.get(self.name, "")


_UNKNOWN = Level(NOT_TRANSCRIBED, NOT_TRANSCRIBED, "")
_ELSEWHERE = Level("other part", "rated for another part of the row", "")
_PLAIN = ("printed", "step", "role", "acquisition", "accuracy")
_CONTEXT = {
    "pl": PREFIXES["pl"],
    "@vocab": PREFIXES["pl"],
    **{name: {"@type": "@id"} for name in ("inStep", "role", "assignedTechnique", "acquisition")},
}


@dataclass(frozen=True)
class Line:
    """One specification of a printed row.

    names: of its parameter, in any language, as they are compared.
    ratings: by dimension, for criticality by type of model.
    """

    specification: str
    table: int
    row: int
    printed: str
    parameter: str
    step: str
    role: str
    acquisition: str
    accuracy: str
    techniques: tuple[str, ...]
    names: frozenset[str]
    ratings: dict[str, list[Level]]


@dataclass(frozen=True)
class PublishedTables:
    """Answers `/tables`: a page, CSV or JSON-LD of the rows that pass the filters."""

    site: Site

    async def __call__(self, request: Request) -> Response:
        """Answer with the rows that the query string asks for."""
        self.site.access.client(request, "read")
        offers = (HTML, _JSONLD, _CSV)
        asked = request.query_params.get("format")
        offer = named(asked, offers) if asked else chosen(request, offers)
        lines = _lines(await self.site.rows(request, _ROWS), await self.site.rows(request, _RATINGS))
        choices = {name: _choices(name, lines) for name in _FILTERS}
        asked_for = {name: text for name in _FILTERS if (text := request.query_params.get(name, ""))}
        given = {name: _meant(name, text, choices[name]) for name, text in asked_for.items()}
        search = request.query_params.get("search", "").strip()
        called = [line for line in lines if _called(line, search)]
        kept = [line for line in called if passes(line, _FILTERS, given)]
        if offer == HTML:
            at = f"/tables?{urlencode({'search': search})}" if search else "/tables"
            return self.site.page(
                "tables.html",
                lines=kept,
                every=len(lines),
                given=given,
                search=search,
                choices=choices,
                columns=COLUMNS,
                facets=facets(called, _FILTERS, given, at),
                asked=request.url.query,
                behind=[own("Rows of the tables", _ROWS), own("Ratings of the rows", _RATINGS)],
            )
        text = _as_csv(kept) if offer == _CSV else _as_jsonld(kept)
        return Response(text, media_type=offer.media_type, headers=_ALWAYS)


def _lines(rows: list[Row], ratings: list[Row]) -> list[Line]:
    levels: dict[str, dict[str, list[Level]]] = {}
    for rating in ratings:
        column = short_name(rating.get("model", rating["dimension"]))
        levels.setdefault(rating["specification"], {}).setdefault(column, []).append(_level(rating))
    rated = {
        (row["table"], row["row"], column) for row in rows for column in levels.get(row["specification"], {})
    }
    return [_line(row, levels.get(row["specification"], {}), rated) for row in rows]


def _line(row: Row, levels: dict[str, list[Level]], rated: set[tuple[str, str, str]]) -> Line:
    """Return a specification of a printed row. rated: the cells of the tables that have a level."""
    techniques = row.get("techniques", "")

    def unknown(column: str) -> Level:
        return _ELSEWHERE if (row["table"], row["row"], column) in rated else _UNKNOWN

    return Line(
        specification=row["specification"],
        table=int(row["table"]),
        row=int(row["row"]),
        printed=row["printed"],
        parameter=short_name(row["parameter"]),
        step=short_name(row["step"]),
        role=short_name(row["role"]),
        acquisition=short_name(row.get("acquisition", "")),
        accuracy=row.get("accuracy", ""),
        names=frozenset(map(_plain, (row["printed"], short_name(row["parameter"]), *_labels(row)))),
        techniques=tuple(sorted(short_name(iri) for iri in techniques.split("|") if iri)),
        ratings={column: levels.get(column, [unknown(column)]) for column in COLUMNS},
    )


def _level(rating: Row) -> Level:
    name = short_name(rating["level"])
    words = _WORDS[short_name(rating["dimension"])].get(name, "N/A")
    return Level(name, words, short_name(rating.get("basis", "")).lower())


def short_name(iri: str) -> str:
    """Return the local name of a term."""
    return short(iri).removeprefix("pl:")


def _called(line: Line, search: str) -> bool:
    return any(_plain(search) in name for name in line.names)


def _labels(row: Row) -> list[str]:
    return row.get("labels", "").split("|")


def _plain(name: str) -> str:
    """Return a name as it is compared: `web tension` and `WebTension` are the same."""
    return re.sub(r"[\s_-]", "", name).casefold()


def _levels_of(line: Line) -> set[str]:
    return {level.name for levels in line.ratings.values() for level in levels}


def _rated_for(line: Line) -> set[str]:
    """Return the types of model by which the parameter is rated, N/A not counted."""
    return {model for model in MODELS for level in line.ratings[model] if level.name not in _NO_LEVEL}


_NO_LEVEL = {"NotApplicable", NOT_TRANSCRIBED, _ELSEWHERE.name}
_FILTERS: dict[str, Callable[[Line], Collection[str]]] = {
    "step": lambda line: (line.step,),
    "role": lambda line: (line.role,),
    "model": _rated_for,
    "technique": lambda line: line.techniques,
    "rating": _levels_of,
    "acquisition": lambda line: (line.acquisition,),
}


def _choices(name: str, lines: list[Line]) -> list[str]:
    return sorted({choice for line in lines for choice in _FILTERS[name](line) if choice})


def _meant(name: str, text: str, known: list[str]) -> str:
    """Return the choice that a text stands for, however it is written.

    Errors: HTTPException, 400, where it is none.
    """
    for choice in known:
        if _plain(choice) == _plain(text):
            return choice
    raise HTTPException(400, f"{name}={text}: no row has that; there are {', '.join(known)}")


def _as_csv(lines: list[Line]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["table", "row", *_PLAIN, "techniques", *COLUMNS, "specification"])
    for line in lines:
        ratings = (" / ".join(level.words for level in line.ratings[column]) for column in COLUMNS)
        plain = (getattr(line, name) for name in _PLAIN)
        writer.writerow(
            [line.table, line.row, *plain, "; ".join(line.techniques), *ratings, line.specification]
        )
    return text.getvalue()


def _as_jsonld(lines: list[Line]) -> str:
    return json.dumps({"@context": _CONTEXT, "@graph": [_node(line) for line in lines]}, ensure_ascii=False)


def _node(line: Line) -> dict[str, object]:
    facts = {
        "@id": line.specification,
        "@type": "pl:ParameterSpecification",
        "tableNumber": line.table,
        "rowNumber": line.row,
        "printedLabel": line.printed,
        "inStep": f"pl:{line.step}",
        "role": f"pl:{line.role}",
        "assignedTechnique": [f"pl:{name}" for name in line.techniques],
    }
    return facts | ({"acquisition": f"pl:{line.acquisition}"} if line.acquisition else {})
