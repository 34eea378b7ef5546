"""A small simulated pilot line: the files of a lab, and in what order they are taken in."""

from pilotline.demo.files import write_files
from pilotline.demo.sources import DemoSource, demo_sources, faulty_sources

__all__ = ["DemoSource", "demo_sources", "faulty_sources", "write_files"]
