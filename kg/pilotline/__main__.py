"""Runs the command line as `python -m pilotline`."""

from pilotline.cli import main

main(prog_name="pilotline")
