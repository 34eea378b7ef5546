"""Reads values and units as people write them, and makes them the lines of a quantity."""
