"""Answers the addresses by which programs find their way: VoID, prefixes, the JSON-LD context."""

import json
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from pilotline.namespaces import PREFIXES, RDF, SH, XSD
from pilotline.resources import data_folder
from pilotline.store import Store
from pilotline.store.workers import GRAPH_FORMATS
from pilotline_server.access import Access
from pilotline_server.negotiation import GRAPHS, Offer, chosen
from pilotline_server.protocol import address
from pilotline_server.void import Void

_PREFIX_OFFERS = (Offer("application/json", "json"), *(offer for offer in GRAPHS if offer.name != "jsonld"))
_FRESH = {"Cache-Control": "no-cache", "Vary": "Accept"}
_KEPT = {"Cache-Control": "max-age=3600", "Vary": "Accept"}


@dataclass(frozen=True)
class Discovery:
    """What a server says about itself, beside the description at `/sparql`."""

    store: Store
    access: Access
    void: Void

    async def well_known(self, request: Request) -> Response:
        """Answer `/.well-known/void`."""
        self.access.client(request, "read")
        offer = chosen(request, GRAPHS)
        base = address(request).removesuffix("/.well-known/void")
        generation, graph = await run_in_threadpool(self.store.snapshot)
        text = await self.void.text(graph, generation, base, offer.name)
        return Response(text, media_type=offer.media_type, headers=_FRESH)

    async def prefixes(self, request: Request) -> Response:
        """Answer `/prefixes`."""
        offer = chosen(request, _PREFIX_OFFERS)
        text = json.dumps(PREFIXES, indent=2).encode() if offer.name == "json" else _declared(offer.name)
        return Response(text, media_type=offer.media_type, headers=_KEPT)

    async def context(self, _: Request) -> Response:
        """Answer `/context.jsonld`."""
        text = (data_folder("ontology") / "context.jsonld").read_bytes()
        return Response(text, media_type="application/ld+json", headers=_KEPT)


def _declared(format_name: str) -> bytes:
    """Return the prefixes as SHACL declares them."""
    triples = []
    for number, (prefix, namespace) in enumerate(sorted(PREFIXES.items())):
        entry = BlankNode(f"prefix{number}")
        triples += [
            Triple(NamedNode(PREFIXES["pl"]), NamedNode(SH + "declare"), entry),
            Triple(entry, NamedNode(RDF + "type"), NamedNode(SH + "PrefixDeclaration")),
            Triple(entry, NamedNode(SH + "prefix"), Literal(prefix)),
            Triple(
                entry, NamedNode(SH + "namespace"), Literal(namespace, datatype=NamedNode(XSD + "anyURI"))
            ),
        ]
    text = serialize(triples, format=GRAPH_FORMATS[format_name], prefixes=PREFIXES)
    assert text is not None
    return text
