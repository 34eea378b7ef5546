"""Turns RDF sources into a dataset by SPARQL CONSTRUCT mappings."""

from pilotline.construct.manifest import Manifest, load_manifest
from pilotline.construct.staging import stage_construct

__all__ = ["Manifest", "load_manifest", "stage_construct"]
