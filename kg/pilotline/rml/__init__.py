"""Mappings in the standard RML: written from ours, and read from a lab."""
