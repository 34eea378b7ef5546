"""Knowledge graph for battery pilot-line data."""

__version__: str


def __getattr__(name: str) -> str:
    """Return the version, read when it is asked for: every worker process imports this package."""
    if name == "__version__":
        from importlib.metadata import version

        return version("pilotline")
    raise AttributeError(name)
