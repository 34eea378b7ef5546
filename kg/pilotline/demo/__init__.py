"""A small simulated pilot line: the files of a lab, and in what order they are taken in."""

from pilotline.demo.files import write_files

__all__ = ["write_files"]
