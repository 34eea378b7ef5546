"""RDF files become triples with pointers; what cannot be read is said with file, line and column."""

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from pilotline.construct.reading import read_rdf
from pilotline.datasets.dataset import SourceError

PREFIX = '{"@context": {"ex": "https://ex.example/"}, '


def written(folder: Path, text: str | bytes, name: str = "page.jsonld") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def failure(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read_rdf(path, path.name)
    return str(caught.value)


def test_cp1252_is_read_and_recorded(tmp_path: Path) -> None:
    path = written(tmp_path, (PREFIX + '"@id": "ex:a", "ex:t": "110 °C"}').encode("cp1252"))
    reading = read_rdf(path, "page.jsonld")
    assert reading.file.encoding == "cp1252"
    assert reading.quads == (
        Quad(NamedNode("https://ex.example/a"), NamedNode("https://ex.example/t"), Literal("110 °C")),
    )


def test_utf8_is_recorded_with_size_and_checksum(tmp_path: Path) -> None:
    file = read_rdf(written(tmp_path, "{}"), "data/page.jsonld").file
    assert (file.name, file.encoding, file.size) == ("data/page.jsonld", "utf-8", 2)
    assert file.sha256 == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_each_subject_has_its_json_pointer(tmp_path: Path) -> None:
    inner = '"@graph": [{"@id": "ex:a", "ex:p/q": {"@id": "ex:b", "ex:n": 1}}, {"@id": "ex:c", "ex:n": 2}]}'
    pointers = read_rdf(written(tmp_path, PREFIX + inner), "page.jsonld").pointers
    assert {node.value: pointer for node, pointer in pointers.items()} == {
        "https://ex.example/a": "/@graph/0",
        "https://ex.example/b": "/@graph/0/ex:p~1q",
        "https://ex.example/c": "/@graph/1",
    }


def test_a_subject_of_turtle_points_to_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "<https://ex.example/a> <https://ex.example/p> 1 .", "page.ttl")
    assert read_rdf(path, "page.ttl").pointers == {NamedNode("https://ex.example/a"): ""}


def test_a_truncated_file_says_where_it_ends(tmp_path: Path) -> None:
    path = written(tmp_path, '{"@graph": [\n  {"@id": "https://ex.example/a",')
    assert failure(path) == "page.jsonld, line 2, column 34: the file ends here; this is not complete JSON"


def test_broken_json_says_line_and_column(tmp_path: Path) -> None:
    path = written(tmp_path, '{"@graph":\n  oops}')
    assert failure(path) == "page.jsonld, line 2, column 3: Expecting value; this is not complete JSON"


@pytest.mark.parametrize("context", ['"https://ex.example/c.jsonld"', '[{}, "https://ex.example/c.jsonld"]'])
def test_a_remote_context_is_one_clear_error(tmp_path: Path, context: str) -> None:
    path = written(tmp_path, '{"@context": ' + context + ', "@id": "https://ex.example/a"}')
    assert failure(path) == (
        "page.jsonld: @context 'https://ex.example/c.jsonld' is another document; "
        "put the context itself into the file"
    )


def test_broken_turtle_says_line_and_column(tmp_path: Path) -> None:
    assert failure(written(tmp_path, "\n<a", "page.ttl")).startswith("page.ttl, line 2, column ")


def test_bytes_of_no_known_encoding_are_refused(tmp_path: Path) -> None:
    assert failure(written(tmp_path, b'{"a": "\x81"}')) == (
        "page.jsonld: byte 0x81 at offset 7 is neither UTF-8 nor cp1252; save the file as UTF-8"
    )


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    assert failure(written(tmp_path, "[" * 100_000)) == "page.jsonld: nested too deeply to be read"


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    expected = "page.xlsx: '.xlsx' is not read as RDF; use .jsonld, .json, .ttl, .nt"
    assert failure(written(tmp_path, "a", "page.xlsx")) == expected


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert failure(tmp_path / "gone.jsonld") == "gone.jsonld: No such file or directory"
