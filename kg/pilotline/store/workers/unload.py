"""The process that reads a generation from the disk for the one that holds it in memory."""

import os
import sys

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat

from pilotline.store.store import Store
from pilotline.store.workers.frames import DEFAULT


def main() -> None:
    """Write the quads as N-Quads to the output, then the named graphs, a line each, to a pipe.

    Arguments: store, generation, `default` or `dataset`, descriptor of the pipe.
    """
    path, generation, part, graphs = sys.argv[1:]
    only = DefaultGraph() if part == DEFAULT else None
    with Store.open(path).at(int(generation)) as content:
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as quads:
            os.close(sys.stdout.fileno())
            content.dump(quads, RdfFormat.N_QUADS, from_graph=only)
        with os.fdopen(int(graphs), "w", encoding="utf-8") as names:
            # N-Quads has no word for a graph that is empty.
            names.writelines(
                f"{graph.value}\n" for graph in content.named_graphs() if isinstance(graph, NamedNode)
            )


if __name__ == "__main__":
    main()
