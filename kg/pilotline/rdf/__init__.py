"""Reads and writes RDF: JSON-LD without the network, N-Quads, and IRIs for blank nodes."""
