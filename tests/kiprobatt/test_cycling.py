"""The summaries of the cycler are about cells that the export of the wiki describes."""

from beside import shared
from pyoxigraph import NamedNode, QuerySolutions, Store

from pilotline.iris import Scope
from pilotline.namespaces import PL, PROV

TESTED = f"""
SELECT DISTINCT ?cell ?built WHERE {{
  GRAPH <{Scope("kiprobatt").dataset("kiprobatt")}> {{
    ?received <{PL}stateOf> ?cell ; <{PROV}wasDerivedFrom> ?assembled .
    ?assembled <{PL}stateOf> ?built .
  }}
}}
"""


def test_each_of_the_112_summaries_is_about_a_cell_that_was_built(graphs: Store) -> None:
    solutions = graphs.query(TESTED)
    assert isinstance(solutions, QuerySolutions)
    built = {row["cell"]: row["built"] for row in solutions}
    stems = sorted(path.stem for path in (shared("data/kiprobatt") / "files").glob("*.txt"))
    named = [NamedNode(Scope("kiprobatt").lot("cell", stem)) for stem in stems]
    assert len(stems) == 112
    assert [cell for cell in named if cell not in built] == []
    assert len({built[cell] for cell in named}) == 112
