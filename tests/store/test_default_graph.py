"""The default graph is the set union of what is in scope, whatever happened before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple
from pyoxigraph import Store as Oxigraph

from pilotline.namespaces import PL, XSD
from pilotline.store import Draft, DraftError
from pilotline.store.draft import graphs_of
from pilotline.store.first import parted
from pilotline.store.scope import OUT_OF_SCOPE, STATUS, graphs_in_scope

A = "https://example.org/dataset/a"
B = "https://example.org/dataset/b"
RUN = NamedNode("https://example.org/run/coating-1")
Q = RUN.value + "/q/CoatingSpeed/measured"
HAS = NamedNode(PL + "has")
INVALID = NamedNode(PL + "Invalid")


def triple(subject: str | NamedNode, predicate: NamedNode, value: str | NamedNode | Literal) -> Triple:
    return Triple(
        NamedNode(subject) if isinstance(subject, str) else subject,
        predicate,
        NamedNode(value) if isinstance(value, str) else value,
    )


SPEED = [triple(RUN, HAS, Q), triple(Q, HAS, Q + "/value"), triple(Q + "/value", HAS, Literal(1.5))]
REPLICATE = [triple(RUN, HAS, Q + "/replicate=2"), triple(Q + "/replicate=2/value", HAS, Literal("2"))]
FLAG = triple(Q, STATUS, INVALID)


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    return Draft(Oxigraph(str(tmp_path / "store")))


def shown(draft: Draft) -> set[Triple]:
    return {quad.triple for quad in draft.store.quads_for_pattern(None, None, None, DefaultGraph())}


def union(store: Oxigraph) -> set[Triple]:
    """The default graph by its definition, graph by graph and quad by quad."""
    return {t for graph in graphs_in_scope(store) for t in shown_by(store, NamedNode(graph))}


def shown_by(store: Oxigraph, graph: NamedNode) -> Iterator[Triple]:
    triples = [quad.triple for quad in store.quads_for_pattern(None, None, None, graph)]
    hidden = [
        str(t.subject).strip("<>") for t in triples if t.predicate == STATUS and t.object in OUT_OF_SCOPE
    ]
    for t in triples:
        if not any(belongs(node, q) for node in (t.subject, t.object) for q in hidden):
            yield t


def belongs(node: object, quantity: str) -> bool:
    if not isinstance(node, NamedNode) or not node.value.startswith(quantity):
        return False
    below = node.value.removeprefix(quantity)
    return below == "" or (below[0] == "/" and "=" not in below)


def test_graphs_out_of_scope_do_not_show(draft: Draft) -> None:
    draft.replace_graph(A, SPEED, in_scope=True)
    draft.replace_graph(B, REPLICATE, in_scope=False)
    assert shown(draft) == set(SPEED)


def test_a_triple_stays_while_another_graph_holds_it(draft: Draft) -> None:
    draft.replace_graph(A, SPEED, in_scope=True)
    draft.replace_graph(B, SPEED[:1], in_scope=True)
    draft.remove_graph(A)
    assert shown(draft) == set(SPEED[:1])
    draft.remove_graph(B)
    assert shown(draft) == set()


def test_a_graph_that_only_holds_a_triple_out_of_scope_does_not_keep_it(draft: Draft) -> None:
    draft.replace_graph(A, SPEED, in_scope=True)
    draft.replace_graph(B, [*SPEED, FLAG], in_scope=True)
    draft.remove_graph(A)
    assert shown(draft) == set()


def test_an_invalid_quantity_and_the_nodes_below_it_do_not_show(draft: Draft) -> None:
    draft.replace_graph(A, [*SPEED, *REPLICATE, FLAG], in_scope=True)
    assert shown(draft) == set(REPLICATE)


def test_a_suspect_quantity_shows(draft: Draft) -> None:
    triples = [*SPEED, triple(Q, STATUS, NamedNode(PL + "Suspect"))]
    draft.replace_graph(A, triples, in_scope=True)
    assert shown(draft) == set(triples)


def test_a_status_that_comes_and_goes_hides_and_shows_the_quantity(draft: Draft) -> None:
    draft.replace_graph(A, SPEED, in_scope=True)
    draft.replace_graph(A, [*SPEED, FLAG], in_scope=True)
    assert shown(draft) == set()
    draft.replace_graph(A, SPEED, in_scope=True)
    assert shown(draft) == set(SPEED)


def test_a_graph_can_be_taken_out_of_scope_and_put_back(draft: Draft) -> None:
    draft.replace_graph(A, SPEED, in_scope=True)
    draft.set_scope(A, in_scope=False)
    assert shown(draft) == set()
    assert len(list(draft.store.quads_for_pattern(None, None, None, NamedNode(A)))) == len(SPEED)
    draft.set_scope(A, in_scope=True)
    assert shown(draft) == set(SPEED)


@pytest.mark.parametrize("typed", ["1.50", "01.5", "1.5"])
def test_a_number_written_otherwise_is_the_same_number(draft: Draft, typed: str) -> None:
    decimal = NamedNode(XSD + "decimal")
    draft.replace_graph(A, [triple(RUN, HAS, Literal("1.5", datatype=decimal))], in_scope=True)
    draft.replace_graph(A, [triple(RUN, HAS, Literal(typed, datatype=decimal))], in_scope=True)
    assert shown(draft) == {triple(RUN, HAS, Literal("1.5", datatype=decimal))}


def test_text_with_quotes_and_line_breaks_can_be_removed(draft: Draft) -> None:
    text = Literal('a "b"\\\n\t\r\u0085\u2028\x01 µ')
    draft.replace_graph(
        A, [triple(RUN, HAS, text), triple(RUN, HAS, Literal("c", language="de"))], in_scope=True
    )
    draft.replace_graph(A, [], in_scope=True)
    assert shown(draft) == set()


def test_blank_nodes_are_the_same_in_the_graph_and_in_the_default_graph(draft: Draft, tmp_path: Path) -> None:
    file = tmp_path / "list.ttl"
    file.write_text("<urn:a> <urn:p> ( 1 2 ) .", encoding="utf-8")
    draft.replace_graph(A, file, in_scope=True)
    draft.replace_graph(B, file, in_scope=True)
    assert shown(draft) == union(draft.store)
    assert len(shown(draft)) == 10
    draft.remove_graph(A)
    assert len(shown(draft)) == 5


def test_a_dataset_is_replaced_with_the_graphs_below_it(draft: Draft, tmp_path: Path) -> None:
    file = tmp_path / "staged.nq"
    file.write_text(
        f"<urn:a> <urn:p> <urn:b> <{A}> .\n<urn:a> <urn:p> <urn:raw> <{A}/raw> .\n", encoding="utf-8"
    )
    draft.replace_graph(A + "/report", SPEED, in_scope=False)
    draft.replace_dataset(A, file, in_scope=True)
    assert {graph.value for graph in draft.store.named_graphs() if graph.value.startswith(A)} == {
        A,
        A + "/raw",
    }
    assert shown(draft) == {triple("urn:a", NamedNode("urn:p"), "urn:b")}
    draft.remove_dataset(A)
    assert len(draft.store) == 0


def test_a_quad_of_another_dataset_is_refused_by_name(draft: Draft, tmp_path: Path) -> None:
    file = tmp_path / "staged.nq"
    file.write_text(f"<urn:a> <urn:p> <urn:b> <{B}> .\n", encoding="utf-8")
    with pytest.raises(DraftError, match=f"<{B}>: the graph must be one of {A}, "):
        draft.replace_dataset(A, file, in_scope=True)


def test_a_syntax_error_says_file_and_line(draft: Draft, tmp_path: Path) -> None:
    file = tmp_path / "staged.nq"
    file.write_text(f"<urn:a> <urn:p> <urn:b> <{A}> .\n<urn:a> <urn:p> .\n", encoding="utf-8")
    with pytest.raises(DraftError, match=r"staged\.nq: .*line 2"):
        draft.replace_dataset(A, file, in_scope=True)


def test_a_file_of_no_rdf_format_is_refused(draft: Draft, tmp_path: Path) -> None:
    with pytest.raises(DraftError, match=r"'\.docx' is no RDF format"):
        draft.replace_graph(A, tmp_path / "graph.docx", in_scope=True)


def test_a_bulk_load_gives_what_single_adds_give(draft: Draft, tmp_path: Path) -> None:
    file = tmp_path / "staged.nq"
    lines = [f'<urn:s{n % 997}> <urn:p{n % 7}> "{n % 4001}" <{A}> .\n' for n in range(25_000)]
    file.write_text("".join(lines), encoding="utf-8")
    draft.replace_dataset(A, file, in_scope=True)
    assert shown(draft) == union(draft.store)
    file.write_text("".join(lines[::2]), encoding="utf-8")
    draft.replace_dataset(A, file, in_scope=True)
    assert len(shown(draft)) == len(set(lines[::2]))
    assert shown(draft) == union(draft.store)


@pytest.mark.parametrize(
    "last",
    [f"<{Q}> {STATUS} {INVALID} <{A}> .", f"_:b <urn:p> _:c <{A}> .", f"<{Q}> <urn:p> <{A}> <{A}/raw> ."],
)
def test_one_unusual_line_in_a_large_first_load_is_seen(last: str, draft: Draft, tmp_path: Path) -> None:
    file = tmp_path / "staged.nq"
    lines = [f'<{Q}/{n}> <urn:p> "{n}" <{A}> .\n' for n in range(20_000)]
    file.write_text("".join([*lines, last + "\n"]), encoding="utf-8")
    draft.replace_dataset(A, file, in_scope=True)
    assert shown(draft) == union(draft.store)


def test_a_large_first_load_with_a_quad_of_another_dataset_is_refused(draft: Draft, tmp_path: Path) -> None:
    file = tmp_path / "staged.nq"
    lines = [f'<{Q}/{n}> <urn:p> "{n}" <{A}> .\n' for n in range(20_000)]
    file.write_text("".join([*lines, f"<{Q}> <urn:p> <{Q}> <{B}> .\n"]), encoding="utf-8")
    with pytest.raises(DraftError, match="the graph must be one of"):
        draft.replace_dataset(A, file, in_scope=True)
    assert not shown(draft)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    file = tmp_path / "staged.nq"
    lines = [f'<{Q}/{n}> <urn:p> "{n}" <{A}> .\n<{Q}/{n}> <urn:p> "raw" <{A}/raw> .\n' for n in range(20_000)]
    file.write_text("".join(lines), encoding="utf-8")
    return file


def test_a_large_first_load_shows_before_it_is_whole(draft: Draft, large: Path) -> None:
    with (
        parted(large, A, graphs_of(A)) as parts,
        draft.replacing_dataset(A, large, parts) as coming,
    ):
        coming.shown()
        assert len(shown(draft)) == 20_000
        coming.whole()
        assert len(draft.store) == 60_000
    assert shown(draft) == union(draft.store)


def test_a_large_first_load_names_what_is_not_well_formed(draft: Draft, large: Path) -> None:
    with large.open("a", encoding="utf-8") as file:
        file.write(f"<no-scheme> <urn:p> <urn:b> <{A}> .\n")
    with pytest.raises(SyntaxError, match="No scheme found"):
        draft.replace_dataset(A, large, in_scope=True)


def test_what_goes_wrong_in_a_replacement_comes_before_what_its_block_stumbles_over(
    draft: Draft, tmp_path: Path
) -> None:
    file = tmp_path / "staged.nq"
    file.write_text(f"<urn:a> <urn:p> <urn:b> <{B}> .\n", encoding="utf-8")
    with pytest.raises(DraftError, match="the graph must be one of"), draft.replacing_dataset(A, file, None):
        raise ValueError


NODES = [RUN.value, Q, Q + "/value", Q + "/curve/point/1", Q + "/replicate=2", Q + "/replicate=2/value"]
NUMBERS = [Literal("1"), Literal(1), Literal("01", datatype=NamedNode(XSD + "integer"))]
STATUSES = [INVALID, NamedNode(PL + "Suspect")]
TRIPLES = st.one_of(
    st.builds(triple, st.sampled_from(NODES), st.just(HAS), st.sampled_from(NODES)),
    st.builds(triple, st.sampled_from(NODES), st.just(HAS), st.sampled_from(NUMBERS)),
    st.builds(triple, st.sampled_from([Q, Q + "/replicate=2"]), st.just(STATUS), st.sampled_from(STATUSES)),
)
GRAPHS = [f"https://example.org/graph/{n}" for n in range(3)]
STEPS = st.lists(st.tuples(st.sampled_from(GRAPHS), st.lists(TRIPLES, max_size=6), st.booleans()), max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_default_graph_is_the_union_after_any_history(
    steps: list[tuple[str, list[Triple], bool]],
) -> None:
    draft = Draft(Oxigraph())
    for graph, triples, in_scope in steps:
        draft.replace_graph(graph, triples, in_scope=in_scope)
        assert shown(draft) == union(draft.store)
    for graph in GRAPHS[:2]:
        draft.set_scope(graph, in_scope=graph == GRAPHS[0])
        assert shown(draft) == union(draft.store)


def test_blank_nodes_given_by_hand_keep_their_identity(draft: Draft) -> None:
    node = BlankNode()
    draft.replace_graph(A, [Quad(node, HAS, RUN, NamedNode(A)), Quad(RUN, HAS, node)], in_scope=True)
    assert shown(draft) == {Triple(node, HAS, RUN), Triple(RUN, HAS, node)}
