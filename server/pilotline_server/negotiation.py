"""Picks the format of an answer from what the client accepts (RFC 9110, section 12.5.1)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request

_REMEMBERED = 100  # headers whose choice is known


class Offer(NamedTuple):
    """A format that the server writes, and one media type that asks for it."""

    media_type: str
    name: str


TABLES = (
    Offer("application/sparql-results+json", "json"),
    Offer("application/sparql-results+xml", "xml"),
    Offer("text/csv", "csv"),
    Offer("text/tab-separated-values", "tsv"),
    Offer("application/json", "json"),
    Offer("application/xml", "xml"),
    Offer("text/xml", "xml"),
)
GRAPHS = (
    Offer("text/turtle", "turtle"),
    Offer("application/n-triples", "ntriples"),
    Offer("application/ld+json", "jsonld"),
    Offer("application/rdf+xml", "rdfxml"),
    Offer("application/n-quads", "nquads"),
    Offer("application/trig", "trig"),
    Offer("application/json", "jsonld"),
    Offer("application/xml", "rdfxml"),
    Offer("text/xml", "rdfxml"),
)
QUADS = (
    Offer("application/trig", "trig"),
    Offer("application/n-quads", "nquads"),
    Offer("application/ld+json", "jsonld"),
    Offer("application/json", "jsonld"),
)
HTML = Offer("text/html", "html")


class Range(NamedTuple):
    """One media range of an Accept header. quality: from 0 to 1."""

    kind: str
    subtype: str
    quality: float

    def fits(self, media_type: str) -> bool:
        """Say whether the range covers a media type."""
        kind, _, subtype = media_type.partition("/")
        return self.kind in ("*", kind) and self.subtype in ("*", subtype)

    @property
    def precision(self) -> int:
        """Return how much the range says: 0 for `*/*`, 1 for `text/*`, 2 for `text/csv`."""
        return (self.kind != "*") + (self.subtype != "*")


def chosen(request: Request, offers: tuple[Offer, ...]) -> Offer:
    """Return the offer that a request likes best; HTTPException 406 where it likes none."""
    offer = choose(", ".join(request.headers.getlist("accept")), offers)
    if offer is None:
        offered = ", ".join(offer.media_type for offer in offers)
        raise HTTPException(
            406, f"nothing of what you accept is offered here; offered are {offered}", {"Vary": "Accept"}
        )
    return offer


def named(name: str, offers: Sequence[Offer]) -> Offer:
    """Return the offer with a short name, as in `?format=csv`; HTTPException 400 where there is none."""
    for offer in offers:
        if offer.name == name:
            return offer
    known = ", ".join(dict.fromkeys(offer.name for offer in offers))
    raise HTTPException(400, f"format is one of {known} here, not {name!r}")


@lru_cache(_REMEMBERED)
def choose(accept: str | None, offers: tuple[Offer, ...]) -> Offer | None:
    """Return the offer that the client likes best; the earlier one where it likes several the same."""
    ranges = _ranges(accept) if accept and accept.strip(" ,") else [Range("*", "*", 1.0)]
    best = max(offers, key=lambda offer: _quality(ranges, offer.media_type))
    return best if _quality(ranges, best.media_type) > 0 else None


def _quality(ranges: list[Range], media_type: str) -> float:
    """Return what the most precise range that fits says."""
    fitting = [one for one in ranges if one.fits(media_type)]
    return max(fitting, key=lambda one: (one.precision, one.quality)).quality if fitting else 0.0


def _ranges(accept: str) -> list[Range]:
    ranges = []
    for part in accept.lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        kind, slash, subtype = media.partition("/")
        if slash and kind and subtype and (kind != "*" or subtype == "*"):
            ranges.append(Range(kind, subtype, weight(parameters)))
    return ranges


def weight(parameters: Sequence[str]) -> float:
    """Return the q of a header's element; 1 where it has none, 0 for one that is no weight."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0 <= weight <= 1 else 0.0
    return 1.0
