"""Turns the paths a person names, with or without a mapping, into jobs that stage one dataset each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from pilotline.construct import load_manifest, stage_construct
from pilotline.construct.manifest import FILE as MANIFEST
from pilotline.construct.manifest import is_manifest
from pilotline.datasets.dataset import SourceError, Staged
from pilotline.ingest.people import read_key
from pilotline.ingest.shards import Each, in_turn
from pilotline.ingest.sieve import Sieve
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.rdf.staging import is_rdf, stage_rdf
from pilotline.resources import data_folder
from pilotline.rml.staging import is_rml, stage_rml
from pilotline.series.stage import is_series, read_series_mapping, stage_series
from pilotline.tabular.files import source_of, tables_for
from pilotline.tabular.mapper import stage
from pilotline.tabular.model import Source
from pilotline.tabular.reading import read_mapping
from pilotline.vocabulary.terms import Vocabulary
from pilotline.workbooks.reading import is_template, mapping_of


@dataclass(frozen=True)
class Job:
    """Files and what reads them.

    mapping: a YAML file (tables or series), RML, or a folder (CONSTRUCT queries); None for RDF in our model
        and for a filled template.
    shapes: names of shapes that apply besides the general ones.
    """

    files: tuple[Path, ...]
    mapping: Path | None
    place: Place
    shapes: tuple[str, ...] = ()

    def stage(
        self,
        into: Path,
        vocabulary: Vocabulary,
        units: Units,
        sieve: Sieve | None = None,
        each: Each = in_turn,
    ) -> Staged:
        """Map the files to N-Quads.

        sieve: holds back rows of tables. each: maps the files of tables and series, see `shards.py`.

        Errors: SourceError for what cannot be read, IdentityError where the scope is missing.
        """
        staged = self._stage(into, vocabulary, units, sieve, each)
        return replace(staged, files=self.files, mapping_sha256=_digest(self.mapping))

    @property
    def has_rows(self) -> bool:
        """Say whether the files are tables, whose rows can be held back one by one."""
        if self.mapping is None:
            return is_template(self.files[0])
        return not (self.mapping.is_dir() or is_rml(self.mapping) or is_series(self.mapping))

    def _stage(
        self, into: Path, vocabulary: Vocabulary, units: Units, sieve: Sieve | None, each: Each
    ) -> Staged:
        if self.mapping is None and not is_template(self.files[0]):
            return stage_rdf(self.files, self.place.resolve(), into, units)
        if self.mapping and self.mapping.is_dir():
            scope = self.place.resolve(load_manifest(self.mapping).scope)
            return stage_construct(self.mapping, self.files, scope, into, vocabulary)
        if self.mapping and is_rml(self.mapping):
            return stage_rml(self.mapping, self.files, self.place.resolve(), into, units)
        if self.mapping and is_series(self.mapping):
            series = read_series_mapping(self.mapping)
            scope = self.place.resolve(series.scope, series.base)
            return stage_series(series, self.files, scope, into, vocabulary, units, each)
        first = self.files[0]
        mapping = read_mapping(self.mapping) if self.mapping else mapping_of(first, vocabulary)
        scope = self.place.resolve(mapping.scope, mapping.base)
        key = read_key(self.place.operator_key) if self.place.operator_key else None
        return stage(mapping, self.files, scope, into, vocabulary, units, sieve, key, each)

    def source(self) -> Source:
        """Return how the text files are written, as the mapping says."""
        if self.mapping is None or not self.has_rows:
            return Source()
        mapping = read_mapping(self.mapping)
        return source_of(mapping, next(iter(tables_for(mapping, self.files[0])), None))


def _digest(mapping: Path | None) -> str:
    """Return the digest of a mapping, a file or a folder; empty where there is none."""
    if mapping is None:
        return ""
    files = sorted(mapping.iterdir()) if mapping.is_dir() else [mapping]
    return sha256(b"".join(file.read_bytes() for file in files if file.is_file())).hexdigest()


def jobs(paths: Sequence[Path], mapping: Path | None, place: Place) -> list[Job]:
    """Return what to stage: all paths by the mapping given, else each path by what it holds."""
    if mapping is None:
        return [_recognised(path, place) for path in paths]
    if mapping.is_dir() or is_manifest(mapping):
        return [_by_queries(mapping if mapping.is_dir() else mapping.parent, paths, place)]
    files = _all_files(paths) if is_rml(mapping) else _tables(paths, mapping)
    return [Job(files, mapping, place, _limits(mapping))]


def _limits(mapping: Path) -> tuple[str, ...]:
    """Return the files of the line's own limits that a mapping of tables names."""
    if is_rml(mapping) or is_series(mapping):
        return ()
    named = [mapping.parent / name for name in read_mapping(mapping).limits]
    for path in named:
        if not path.exists():
            raise SourceError(f"{mapping}: `limits:` names {path.name}, which is not beside it")
    return tuple(str(path.resolve()) for path in named)


def _recognised(path: Path, place: Place) -> Job:
    if path.is_dir():
        for folder in sorted(data_folder("mappings").iterdir()):
            if (folder / MANIFEST).is_file() and load_manifest(folder).inputs(path):
                return _by_queries(folder, [path], place)
        raise SourceError(f"{path}: no mapping that ships reads this folder; name one by --mapping")
    if is_rdf(path) or is_template(path):
        return Job((path,), None, place)
    raise SourceError(
        f"{path}: tables need a mapping (docs/mapping.md); name it by --mapping, "
        f"or fill in a template (pilotline template)"
    )


def _by_queries(folder: Path, paths: Sequence[Path], place: Place) -> Job:
    manifest = load_manifest(folder)
    files = [file for path in paths for file in (manifest.inputs(path) if path.is_dir() else [path])]
    if not files:
        raise SourceError(f"{paths[0]}: no file is called {manifest.input}")
    return Job(tuple(files), folder, place, manifest.shapes)


def _all_files(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files, and those in the folders."""
    return tuple(file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path]))


def _tables(paths: Sequence[Path], mapping: Path) -> tuple[Path, ...]:
    """Return the files; of a folder, those that a table of the mapping names."""
    read = read_series_mapping(mapping).layouts if is_series(mapping) else read_mapping(mapping).tables
    patterns = [each.file for each in read]
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted({file for pattern in patterns for file in path.glob(pattern)})
        if not inside:
            raise SourceError(f"{path}: no file is called {' or '.join(sorted(set(patterns)))}")
        found += inside
    return tuple(found)
