"""`/help`: what people want to do, and where they do it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from pilotline_server.pages.site import Site

_PATTERN = """PREFIX emmo: <https://w3id.org/emmo#>
PREFIX pl: <https://w3id.org/pilotline/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
# The coating speed of each coating run, as the sheet has it, and the roll that came out.
SELECT ?run ?roll ?typed ?si WHERE {
  ?run a pl:Coating ;
    emmo:EMMO_c4bace1d_4db0_4cd3_87e9_18122bae2840 ?state ;        # hasOutput
    emmo:EMMO_e1097637_70d2_4895_973f_2396f04fa204 ?quantity .     # hasProperty
  ?state pl:stateOf/rdfs:label ?roll .
  ?quantity a pl:CoatingSpeed ; pl:siValue ?si ;
    emmo:EMMO_8ef3cd6d_ae58_4a8d_9fc0_ad8f49015cd0/pl:asTyped ?typed .
}
ORDER BY ?run"""


@dataclass(frozen=True)
class Help:
    """Answers `/help`."""

    site: Site

    async def __call__(self, request: Request) -> Response:
        """Answer with the page."""
        self.site.access.client(request, "read")
        return self.site.page("help.html", pattern=_PATTERN)
