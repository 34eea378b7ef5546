"""`/openapi.json` and `/docs`: what programs may ask of the server, each question with its parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pilotline import __version__
from pilotline.questions.question import Parameter, Question, questions
from pilotline.resources import data_folder
from pilotline_server.pages.look import static
from pilotline_server.pages.site import Site

_SCHEMAS = {
    "iri": {"type": "string"},
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": {"type": "string", "format": "date"},
}


class Operation(NamedTuple):
    """One thing that a program may ask."""

    method: str
    path: str
    summary: str
    parameters: list[dict[str, Any]]
    token: bool


@dataclass(frozen=True)
class Api:
    """Answers `/openapi.json` and `/docs`."""

    site: Site

    async def document(self, request: Request) -> Response:
        """Answer with the description for programs."""
        self.site.access.client(request, "read")
        return JSONResponse(description(), headers={"Cache-Control": "no-cache"})

    async def page(self, request: Request) -> Response:
        """Answer with the description for people."""
        self.site.access.client(request, "read")
        told = description()
        by_tag: dict[str, tuple[str, list[Operation]]] = {
            tag["name"]: (tag["description"], []) for tag in told["tags"]
        }
        for tag, operation in _operations(told):
            by_tag[tag][1].append(operation)
        return self.site.page("docs.html", tags=by_tag, address=str(request.base_url).rstrip("/"))


def description() -> dict[str, Any]:
    """Return the OpenAPI document."""
    told: dict[str, Any] = yaml.safe_load(static("openapi.yaml"))
    told["info"]["version"] = __version__
    for question in questions(data_folder("queries")):
        told["paths"][f"/queries/{question.name}.json"] = {"get": _asked(question)}
    return told


def _asked(question: Question) -> dict[str, Any]:
    about = (
        f"A row is {question.header.returns}. The ending .csv gives a table, .html a page, .rq the SPARQL."
    )
    return {
        "tags": ["Questions"],
        "summary": question.header.summary or question.name,
        "description": about,
        "parameters": [_parameter(question, name, parameter) for name, parameter in question.params.items()],
        "responses": {
            "200": {"description": "Columns and rows"},
            "400": {"$ref": "#/components/responses/Problem"},
        },
    }


def _parameter(question: Question, name: str, parameter: Parameter) -> dict[str, Any]:
    kind = parameter.of.replace("pl:", "a ") + " by label, CURIE or IRI" if parameter.type == "iri" else ""
    told = {
        "name": name,
        "in": "query",
        "required": not parameter.optional,
        "description": "; ".join(part.strip() for part in (kind, parameter.about) if part),
        "schema": _SCHEMAS[parameter.type],
    }
    example = question.header.example.get(name)
    return told | ({"example": example} if example else {})


def _operations(told: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in told["paths"].items():
        for method, said in methods.items():
            yield (
                said["tags"][0],
                Operation(
                    method.upper(), path, said["summary"], said.get("parameters", []), "security" in said
                ),
            )
