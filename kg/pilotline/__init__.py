"""Knowledge graph for battery pilot-line data."""

from importlib.metadata import version

__version__ = version("pilotline")
