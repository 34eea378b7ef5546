"""Turns the tables of a lab (CSV, XLSX) into N-Quads by a YAML mapping."""
