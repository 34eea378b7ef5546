"""Makes the catalog that tells Protégé which file holds which ontology."""

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

# The upstream releases, where a copy of them lies beside the checkout; else they come from the web.
MIRROR = "../../shared/upstream/catalog-v001.xml"


def catalog(files: Iterable[tuple[str, str]]) -> str:
    """Return the catalog; files: pairs of ontology IRI and file name in the same folder."""
    lines = "".join(f"    <uri name={quoteattr(iri)} uri={quoteattr('./' + name)}/>\n" for iri, name in files)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        '<catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">\n'
        f'{lines}    <nextCatalog catalog="{MIRROR}"/>\n'
        "</catalog>\n"
    )
