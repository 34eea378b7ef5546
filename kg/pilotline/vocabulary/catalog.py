"""Makes the catalog that tells Protégé which file holds which ontology."""

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

# The upstream releases, where a copy of them lies beside the checkout; else they come from the web.
MIRROR = "../../shared/upstream/"
# EMMO 1.0.2 imports a module of its own by a name that it does not have.
_UNITS = "disciplines/units"
MISNAMED = {f"https://w3id.org/emmo/1.0.2/{_UNITS}/prefixedunits": f"EMMO/{_UNITS}/prefixedsiunits.ttl"}


def catalog(files: Iterable[tuple[str, str]]) -> str:
    """Return the catalog; files: pairs of ontology IRI and file name in the same folder."""
    paths = [(iri, f"./{name}") for iri, name in files]
    paths += [(iri, MIRROR + name) for iri, name in MISNAMED.items()]
    lines = "".join(f"    <uri name={quoteattr(iri)} uri={quoteattr(path)}/>\n" for iri, path in paths)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        '<catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">\n'
        f'{lines}    <nextCatalog catalog="{MIRROR}catalog-v001.xml"/>\n'
        "</catalog>\n"
    )
