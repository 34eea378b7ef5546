"""Another SPARQL server holds the graph: Oxigraph's own and Virtuoso, run where they are installed."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from pilotline.cli import main
from pilotline.namespaces import HAS_MEASUREMENT_UNIT
from pilotline.store import StoreError
from pilotline.store.remote import STATE_GRAPH, Endpoints, Remote, read_endpoints

ENGINES = ("oxigraph", "virtuoso")
PEERS = Path(os.environ.get("PILOTLINE_PEERS", Path(__file__).parents[2] / "build/peers"))
OXIGRAPH = PEERS / "bin/oxigraph"
VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 4
[SPARQL]
ResultSetMaxRows = 10000000
"""
NODE, GRAPH = NamedNode("urn:node"), NamedNode("urn:graph")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def running(command: list[str | Path], folder: Path, port: int) -> Iterator[None]:
    """Run a server until the block ends; wait until it takes connections."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, f"{command[0]} ended"
                assert time.monotonic() < end, f"{command[0]} takes no connection"
                time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module", params=ENGINES)
def endpoints(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Endpoints]:
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    address = f"http://127.0.0.1:{port}"
    if request.param == "oxigraph":
        if not OXIGRAPH.exists():
            pytest.skip("no Oxigraph server; `make peers` installs one")
        command: list[str | Path] = [OXIGRAPH, "serve", "--location", folder, "--bind", f"127.0.0.1:{port}"]
        with running(command, folder, port):
            yield read_endpoints(address)
        return
    if shutil.which("virtuoso-t") is None:
        pytest.skip("no Virtuoso; the Debian package virtuoso-opensource-7 has it")
    (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(sql=free_port(), http=port))
    with running(["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"], folder, port):
        yield Endpoints(
            query=f"{address}/sparql",
            update=f"{address}/sparql-auth",
            graphs=f"{address}/sparql-graph-crud-auth",
            default_graph="urn:default",
            user="dba",
            password_from="VIRTUOSO_PASSWORD",  # noqa: S106
        )


@pytest.fixture
def remote(endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch) -> Remote:
    """An emptied server."""
    monkeypatch.setenv("VIRTUOSO_PASSWORD", "dba")
    remote = Remote(endpoints)
    with remote.working_copy() as copy, copy.write() as draft:
        draft.store.clear()
    return remote


def content(remote: Remote) -> set[str]:
    with remote.working_copy() as copy:
        return set(map(str, copy.read()))


def test_what_is_written_to_the_copy_is_on_the_server(remote: Remote) -> None:
    quads = [Quad(NODE, NODE, Literal(n), GRAPH) for n in range(1500)]
    quads += [Quad(NODE, NODE, Literal(0)), Quad(NODE, NODE, Literal("µ\n\"'\\", language="de"), GRAPH)]
    with remote.working_copy() as copy, copy.write() as draft:
        draft.store.extend(quads)
    assert content(remote) == set(map(str, quads))
    with remote.working_copy() as copy, copy.write() as draft:
        draft.store.remove(quads[3])
        draft.store.remove(quads[-2])
    assert content(remote) == set(map(str, [*quads[:3], *quads[4:-2], quads[-1]]))


def test_a_node_without_a_name_can_be_removed_again(remote: Remote) -> None:
    node = BlankNode("b1")
    with remote.working_copy() as copy, copy.write() as draft:
        draft.store.extend([Quad(NODE, NODE, node, GRAPH), Quad(node, NODE, Literal("x"), GRAPH)])
    with remote.working_copy() as copy:
        unnamed = [quad for quad in copy.read() if isinstance(quad.subject, BlankNode)]
        assert len(unnamed) == 1
        with copy.write() as draft:
            draft.store.remove(unnamed[0])
    assert len(content(remote)) == 1


def test_a_query_sees_the_default_graph_and_given_values(remote: Remote) -> None:
    with remote.working_copy() as copy, copy.write() as draft:
        draft.store.extend([Quad(NODE, NODE, Literal(1)), Quad(GRAPH, NODE, Literal(2))])
        draft.store.add(Quad(NODE, NODE, Literal(3), GRAPH))
    assert [quad.object for quad in remote.quads_for_pattern(NODE, None, None)] == [Literal(1)]
    assert [quad.object for quad in remote.quads_for_pattern(None, None, None, GRAPH)] == [Literal(3)]


def test_a_server_that_changed_meanwhile_is_not_written_over(remote: Remote) -> None:
    def add(word: str) -> None:
        with remote.working_copy() as copy:
            if word == "mine":
                add("theirs")
            with copy.write() as draft:
                draft.store.add(Quad(NODE, NODE, Literal(word), GRAPH))

    with pytest.raises(StoreError, match="somebody else wrote meanwhile"):
        add("mine")
    assert content(remote) == {str(Quad(NODE, NODE, Literal("theirs"), GRAPH))}


def test_a_write_that_was_broken_off_is_not_built_upon(remote: Remote) -> None:
    (stamp,) = remote.quads_for_pattern(NamedNode(STATE_GRAPH), None, None, NamedNode(STATE_GRAPH))
    remote._mark(stamp.object.value, "writing x")  # type: ignore[union-attr]
    with pytest.raises(StoreError, match="a write was broken off"), remote.working_copy():
        pass
    remote._mark("writing x", "ended")


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(StoreError, match=r"http://127.0.0.1:9/query: .* is the server there\?"):
        Remote(read_endpoints("http://127.0.0.1:9")).query("ASK {}")


MAPPING = """
mapping: remote
version: 1
scope: test
dataset: {id: coating, title: Coating, licence: CC0-1.0, simulated: true}
tables:
  - file: "*.csv"
    row:
      run: {step: Coating, id: [Run]}
      inputs: [{kind: slurry, id: [In]}]
      outputs: [{kind: roll, id: [Out], product: CoatedElectrode}]
      equipment: {id: [Machine]}
      start: Start
    columns:
      Value: {parameter: CoatingSpeed, kind: set, unit: "m/min"}
"""
SHEET = "Run,In,Out,Machine,Start,Value\nC-1,S-1,R-1,coater-1,2025-03-04T08:00:00+01:00,1.5\n"


Tell = Callable[..., str]


@pytest.fixture
def told(remote: Remote, tmp_path: Path) -> Tell:
    """Run a command on the server, and return what it says; its status has to be as expected."""
    fields = remote.endpoints.model_dump()
    (tmp_path / "store.toml").write_text("\n".join(f"{name} = {value!r}" for name, value in fields.items()))

    def tell(*arguments: str, status: int = 0) -> str:
        store = ["--store", str(tmp_path / "store.toml")]
        outcome = CliRunner().invoke(main, [*arguments, *store], catch_exceptions=False)
        assert outcome.exit_code == status, outcome.output
        return outcome.output

    return tell


@pytest.fixture
def sheet(tmp_path: Path) -> list[str]:
    (tmp_path / "coating.yaml").write_text(MAPPING)
    (tmp_path / "coating.csv").write_text(SHEET)
    return [str(tmp_path / "coating.csv"), "--mapping", str(tmp_path / "coating.yaml")]


def test_files_are_ingested_validated_and_asked_for_on_the_server(
    told: Tell, sheet: list[str], remote: Remote, tmp_path: Path
) -> None:
    told("ingest", *sheet, "--db", str(tmp_path / "files"))
    told("validate", *sheet)
    asked = told("query", "lots_and_their_runs", "-p", "step=coating", "--format", "csv")
    assert "C-1,,roll R-1,2025-03-04T08:00:00+01:00" in asked
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["sources"]
    assert "coating C-1" in told("trace", "roll R-1")
    _forget_the_units(remote)
    assert "2 datasets checked, 1 judged otherwise" in told("revalidate", status=1)
    conforms = {row["title"]: row["conforms"] for row in json.loads(told("datasets", "--format", "json"))}
    assert (conforms["Coating"], len(conforms)) == (False, 2)
    assert "Coating: removed" in told("remove", "coating", "--yes")


def _forget_the_units(remote: Remote) -> None:
    """Change what was ingested behind the back of Pilotline, so that a rule fails."""
    unit = NamedNode(HAS_MEASUREMENT_UNIT)
    with remote.working_copy() as copy, copy.write() as draft:
        for quad in list(draft.store.quads_for_pattern(None, unit, None, None)):
            if "/run/" in str(quad.subject):
                draft.store.remove(quad)
