"""Terms of the ontology and entities of the data: each IRI of ours says here what it stands for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pilotline.namespaces import DATA, DCTERMS, ELUCIDATION, ONTOLOGY, OWL, PL, PREFIXES, RDF, RDFS, SKOS
from pilotline.questions.question import Answer, Question, questions
from pilotline.resources import data_folder
from pilotline.store.workers import GRAPH_FORMATS
from pilotline_server.negotiation import GRAPHS, HTML, Offer, chosen, named
from pilotline_server.pages.behind import own
from pilotline_server.pages.look import short
from pilotline_server.pages.site import Row, Site
from pilotline_server.protocol import address

_HEAD = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("owl", "rdfs", "skos"))
_TOLD = _HEAD + "CONSTRUCT { ?node ?p ?o } WHERE { ?node ?p ?o }"
_FACTS = (
    _HEAD
    + """SELECT ?node ?p ?o ?label ?property (isIRI(?o) AS ?iri) WHERE {
  ?node ?p ?o .
  OPTIONAL { ?p skos:prefLabel ?property }
  OPTIONAL { ?o rdfs:label ?name }
  OPTIONAL { ?o skos:prefLabel ?preferred }
  BIND(COALESCE(?name, ?preferred) AS ?label)
}
ORDER BY ?p ?o"""
)
_USES = (
    _HEAD
    + """SELECT ?node ?s ?p ?label WHERE {
  { SELECT ?node ?s ?p WHERE { ?s ?p ?node FILTER(isIRI(?s) && ?s != ?node) } LIMIT 200 }
  OPTIONAL { ?s rdfs:label ?name }
  OPTIONAL { ?s skos:prefLabel ?preferred }
  BIND(COALESCE(?name, ?preferred) AS ?label)
}
ORDER BY ?p ?s"""
)
_LISTED = (
    _HEAD
    + """SELECT ?term ?kind (SAMPLE(?found) AS ?label) WHERE {
  VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:NamedIndividual }
  ?term a ?kind ; skos:prefLabel ?found .
  FILTER(STRSTARTS(STR(?term), "https://w3id.org/pilotline/ontology#"))
}
GROUP BY ?term ?kind
ORDER BY ?kind ?term"""
)
_NAMES = (
    _HEAD
    + """SELECT ?term ?label (LANG(?label) AS ?language) ?kind WHERE {
  { ?term skos:prefLabel ?label . BIND(1 AS ?rank) } UNION { ?term skos:altLabel ?label . BIND(2 AS ?rank) }
  FILTER(isIRI(?term))
  OPTIONAL {
    VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
    ?term a ?kind
  }
}
ORDER BY ?term ?rank DESC(?language = "en") ?label"""
)
_KINDS = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "property",
    OWL + "DatatypeProperty": "property",
    OWL + "AnnotationProperty": "property",
}
_KINDS_OF = (
    _HEAD
    + """SELECT DISTINCT ?node ?kind WHERE {
  { ?node a/rdfs:subClassOf? ?kind } UNION { ?node rdfs:subClassOf ?kind }
  FILTER(STRSTARTS(STR(?kind), "https://w3id.org/pilotline/ontology#"))
}"""
)
_ANSWERED = (
    "steps_of_parameter", "ratings_of_parameter", "reported_ranges", "techniques_for_parameter",
    "parameters_of_step", "parameters_of_model", "stated_technique_properties",
)  # fmt: skip
_STATEMENTS, _ABOUT = "statements_about", "about"  # asked of every term of the ontology
_TURTLE = Offer("text/turtle", "turtle")
_KNOWN = "SELECT ?node { { ?node ?p ?o } UNION { ?s ?q ?node } } LIMIT 1"
_MANY = 200
_ALWAYS = {"Cache-Control": "no-cache", "Vary": "Accept"}
_FIRST = (
    *(SKOS + name for name in ("prefLabel", "altLabel", "scopeNote")),
    *(RDFS + name for name in ("label", "subClassOf", "subPropertyOf")),
    *(ELUCIDATION, RDF + "type", DCTERMS + "source"),
)


@dataclass(frozen=True)
class Terms:
    """Answers `/ontology`, `/id` and `/resource`: pages for people, Turtle and JSON-LD for programs.

    bases: what data IRIs may begin with, beside the default base and the address of the server.
    """

    site: Site
    bases: tuple[str, ...] = ()

    async def ontology(self, request: Request) -> Response:
        """Answer with the list of terms, or with the ontology itself."""
        self.site.access.client(request, "read")
        offer = _offer(request)
        if offer == HTML:
            rows = await self.site.memory.asked("terms", lambda: self.site.rows(request, _LISTED))
            kinds: dict[str, list[Row]] = {}
            for row in rows:
                kinds.setdefault(row["kind"].rpartition("#")[2], []).append(row)
            return self.site.page(
                "ontology.html", kinds=kinds, behind=[own("The terms with a label", _LISTED)]
            )
        text = await run_in_threadpool(_written_ontology, offer)
        return Response(text, media_type=offer.media_type, headers=_ALWAYS)

    async def listed(self, request: Request) -> Response:
        """Answer `/terms`: each term with its labels, the English one first."""
        self.site.access.client(request, "read")
        terms: dict[str, dict[str, object]] = {}
        labels: dict[str, dict[str, None]] = {}
        for row in await self.site.memory.asked("names", lambda: self.site.rows(request, _NAMES)):
            kind = _KINDS.get(row.get("kind", ""), "individual")
            terms.setdefault(row["term"], {"iri": row["term"], "name": written(row["term"]), "kind": kind})
            labels.setdefault(row["term"], {})[row["label"]] = None
        told = [term | {"labels": list(labels[iri])} for iri, term in terms.items()]
        return JSONResponse(told, headers=_ALWAYS)

    async def term(self, request: Request) -> Response:
        """Answer `/ontology/{Term}`."""
        return await self._described(request, f"{ONTOLOGY}#{request.path_params['name']}")

    async def entity(self, request: Request) -> Response:
        """Answer `/id/{path}`: what has this very address for an IRI, or the path after one of the bases."""
        names = address(request).partition("/id/")[2], request.path_params["name"]
        possible = [address(request), *(base + name for base in (DATA, *self.bases) for name in names)]
        for iri in dict.fromkeys(possible):
            if await self._is_known(request, iri):
                return await self._described(request, iri)
        raise _unknown(DATA + names[0])

    async def resource(self, request: Request) -> Response:
        """Answer `/resource?iri=…`: any IRI that the store knows, wherever it lies."""
        given = request.query_params.getlist("iri")
        if len(given) != 1:
            raise HTTPException(400, f"iri is given once, not {len(given)} times")
        return await self._described(request, given[0])

    async def elsewhere(self, request: Request) -> Response:
        """Answer an address that is no other's, where it is the IRI of something in the store."""
        own = address(request)
        if request.method not in ("GET", "HEAD") or not await self._is_known(request, own):
            raise HTTPException(404, f"there is no page {request.url.path} here, and nothing called <{own}>")
        return await self._described(request, own)

    async def _is_known(self, request: Request, iri: str) -> bool:
        try:
            node = NamedNode(iri)
        except ValueError:
            return False
        return bool(await self.site.rows(request, _KNOWN, {"node": node}))

    async def _answer(
        self, request: Request, question: Question, parameter: str, iri: str
    ) -> tuple[Question, str, Answer]:
        return question, parameter, await self.site.ask(request, question, {parameter: iri})

    async def _described(self, request: Request, iri: str) -> Response:
        offer = _offer(request)
        bound = {"node": _node(iri)}
        facts = await self.site.rows(request, _FACTS, bound)
        uses = await self.site.rows(request, _USES, bound)
        if not facts and not uses:
            raise _unknown(iri)
        text = await self.site.text(request, _TOLD, "ntriples", bound)
        if offer == HTML:
            kinds = {row["kind"] for row in await self.site.rows(request, _KINDS_OF, bound)}
            known = questions(data_folder("queries"))
            asked = [(one, takes) for one in known if (takes := _takes(one, kinds))]
            of_it = [(one, takes) for one, takes in asked if one.name in _ANSWERED]
            if iri.startswith(ONTOLOGY + "#"):
                of_it += [(one, _ABOUT) for one in known if one.name == _STATEMENTS]
            return self.site.page(
                "term.html", iri=iri, name=_name(facts, iri), facts=_in_order(facts),
                uses=uses, many=len(uses) >= _MANY,
                term=iri.startswith(ONTOLOGY), asked_at=_asked_at(request),
                turtle=_written(text, _TURTLE).decode() if text else "",
                kinds={kind.removeprefix(PL) for kind in kinds},
                behind=[own("What is said of it", _FACTS, bound), own("Where it is used", _USES, bound)],
                asked=asked, answers=[await self._answer(request, one, takes, iri) for one, takes in of_it],
            )  # fmt: skip
        return Response(_written(text, offer), media_type=offer.media_type, headers=_ALWAYS)


def _takes(question: Question, kinds: set[str]) -> str:
    """Return the parameter of a question that a term of these kinds may stand for; empty where none may."""
    fitting = [
        name for name, parameter in question.params.items() if parameter.of.replace("pl:", PL) in kinds
    ]
    needed = [name for name, parameter in question.params.items() if not parameter.optional]
    return fitting[0] if fitting and set(needed) <= {fitting[0]} else ""


def written(iri: str) -> str:
    """Return a term as a query writes it: with a prefix where there is one, else in angle brackets."""
    name = short(iri)
    return name if re.fullmatch(r"[a-z]+:[A-Za-z0-9_-]+", name) else f"<{iri}>"


def _offer(request: Request) -> Offer:
    offers = (*GRAPHS, HTML)
    asked = request.query_params.get("format")
    return named(asked, offers) if asked else chosen(request, offers)


def _asked_at(request: Request) -> str:
    """Return the address of a page, to which `format=…` can be added."""
    fields = [field for field in request.query_params.multi_items() if field[0] != "format"]
    return f"{request.url.path}?{urlencode(fields)}{'&' * bool(fields)}"


def _unknown(iri: str) -> HTTPException:
    return HTTPException(404, f"nothing in this store is called <{iri}>")


def _node(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise HTTPException(404, f"{iri!r} is no IRI") from error


def _name(facts: list[Row], iri: str) -> str:
    labels = {row["p"]: row["o"] for row in facts}
    return labels.get(RDFS + "label") or labels.get(SKOS + "prefLabel") or iri.rpartition("/")[2]


def _in_order(facts: list[Row]) -> Mapping[str, list[Row]]:
    """Return the facts by property: what names and defines first."""
    by_property: dict[str, list[Row]] = {name: [] for name in _FIRST}
    for row in facts:
        by_property.setdefault(row["p"], []).append(row)
    return {name: rows for name, rows in by_property.items() if rows}


def _written(ntriples: bytes, offer: Offer) -> bytes:
    quads = parse(ntriples, format=RdfFormat.N_TRIPLES)
    triples = [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]
    text = serialize(triples, format=GRAPH_FORMATS[offer.name], prefixes=PREFIXES)
    assert text is not None
    return text


def _written_ontology(offer: Offer) -> bytes:
    """Return the shipped modules as one graph."""
    files = sorted(data_folder("ontology").glob("*.ttl"))
    own = (file for file in files if file.stem not in {"pilotline-full", "upstream-terms"})
    triples = [
        Triple(quad.subject, quad.predicate, quad.object)
        for file in own
        for quad in parse(file.read_bytes(), format=RdfFormat.TURTLE)
    ]
    text = serialize(triples, format=GRAPH_FORMATS[offer.name], prefixes=PREFIXES)
    assert text is not None
    return text
