"""Brings a dataset into the store: read, link, validate, publish or refuse."""
