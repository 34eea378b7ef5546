"""The lab of these tests: the IRIs of its datasets, and what hands in a sheet."""

from collections.abc import Callable

from pilotline.ingest.publishing import Outcome

LAB = "https://w3id.org/pilotline/id/test-lab"
COATING, MIXING = f"{LAB}/dataset/coating", f"{LAB}/dataset/mixing"

HandIn = Callable[..., Outcome]
