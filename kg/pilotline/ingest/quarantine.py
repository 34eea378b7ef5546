"""The policy `rows`: good rows of a source enter, the others are held back and listed with the reason."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl import Workbook
from pyoxigraph import NamedNode, RdfFormat, parse
from pyoxigraph import Store as Oxigraph

from pilotline.datasets.dataset import SourceError, Staged
from pilotline.datasets.difference import Version
from pilotline.datasets.pointers import Place
from pilotline.findings import Finding, Severity
from pilotline.formulas import csv_safe
from pilotline.ingest.publishing import Outcome, Quarantined, Terms, ingest
from pilotline.ingest.rules import Policy, Rules
from pilotline.ingest.shards import Each, in_turn
from pilotline.ingest.sieve import ORIGINS, WHY, Content, Head, Sieve
from pilotline.ingest.sources import Job
from pilotline.namespaces import RDF
from pilotline.quantities.units import Units
from pilotline.store import Store
from pilotline.tabular.model import Source
from pilotline.vocabulary.terms import Vocabulary
from pilotline.workbooks.cells import put
from pilotline.workbooks.held import write_held

CODE, CORRECTED = "Row-quarantined", "Row-corrected"
_TYPE = NamedNode(RDF + "type")
_ROUNDS = 20

Reasons = dict[Place, str]


@dataclass(frozen=True)
class Reading:
    """What turns a job into quads, as often as rows have to be held back.

    into: file for the quads. by: who brings the files in. each: maps the files, see `shards.py`.
    """

    job: Job
    into: Path
    vocabulary: Vocabulary
    units: Units
    by: str = ""
    each: Each = in_turn

    def stage(self, sieve: Sieve | None = None) -> Staged:
        """Return the rows that the sieve lets through."""
        staged = self.job.stage(self.into, self.vocabulary, self.units, sieve, self.each)
        return replace(staged, by=self.by)


def ingest_good_rows(store: Store, reading: Reading, rules: Rules, terms: Terms) -> Outcome:
    """Ingest the rows of a source that break no rule; the outcome lists the others, each with the reason.

    A row that says more of what only a held row described (a measurement of its run) is held back with it.
    Of a row that a list handed in beside the source corrects, that of the list is taken.
    What no row is to blame for refuses the source as `strict` does.

    Errors: SourceError for a source that has no rows, such as RDF.
    """
    job = reading.job
    if not job.has_rows:
        raise SourceError(f"{job.files[0]}: the policy rows reads tables; take strict or record")
    held: Reasons = {}
    corrected: Reasons = {}
    described: set[NamedNode] = set()
    for _ in range(_ROUNDS):
        sieve = Sieve(frozenset({*held, *corrected}))
        staged = reading.stage(sieve)
        described |= _described(staged)
        if again := _new(corrected, {row: str(place) for row, place in sieve.corrected.items()}):
            corrected |= again
            continue
        bad = _new(held, _faulty_rows((*sieve.faulty, *staged.findings), sieve))
        bad = bad or _leaning(staged, described, sieve)
        if not bad and not staged.quads.stat().st_size:
            break
        if not bad:
            outcome = ingest(store, _noting(staged, held, corrected), rules, terms)
            bad = {} if outcome.conforms else _new(held, _faulty_rows(outcome.findings, sieve))
            if not bad:
                kept_back = tuple(
                    Quarantined(row, held[row.place]) for row in sieve.held if row.place in held
                )
                return replace(outcome, quarantined=() if outcome.unchanged else kept_back)
        held |= bad
    return ingest(store, reading.stage(), rules, replace(terms, policy=Policy.STRICT))


def write_quarantine(quarantined: Sequence[Quarantined], path: Path, work: Sequence[Job] = ()) -> None:
    """Write held rows with the reason: one sheet for each table of the source (.xlsx), else CSV.

    What stands above them comes as it stood and their own columns first, so that a corrected list can be
    handed in beside the source; a text file is written as the mapping reads it. Columns of a turned sheet are
    columns again. Rows of a template come back as a template, which needs no mapping.
    work: the jobs that the rows were held back from.
    """
    templates = {file.name: file for job in work if job.mapping is None for file in job.files}
    files = {each.row.place.file for each in quarantined}
    template = templates.get(next(iter(files))) if len(files) == 1 else None
    if template and path.suffix.lower() == ".xlsx":
        write_held(template, _reasons(quarantined), path)
        return
    sheets: dict[tuple[str, str, Head], list[Quarantined]] = defaultdict(list)
    for each in quarantined:
        sheets[each.row.place.file, each.row.place.sheet, each.row.head].append(each)
    if path.suffix.lower() == ".xlsx":
        _write_workbook(sheets, path)
    else:
        source = next(
            (job.source() for job in work if files.intersection(file.name for file in job.files)), Source()
        )
        with path.open("w", encoding=source.encoding, errors="replace", newline="") as out:
            writer = csv.writer(out, delimiter=source.delimiter or ",")
            for rows in sheets.values():
                writer.writerows([_texts(line) for line in _table(rows)])


def _reasons(quarantined: Sequence[Quarantined]) -> dict[str, dict[int, str]]:
    """Return why each row was held back, by sheet and row."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for each in quarantined:
        place = each.row.place
        found[place.sheet][int(place.cell.removeprefix("row "))] = each.why
    return found


def _write_workbook(sheets: dict[tuple[str, str, Head], list[Quarantined]], path: Path) -> None:
    book = Workbook()
    for old in book.worksheets:
        book.remove(old)
    for (file, name, _), rows in sheets.items():
        sheet = book.create_sheet((name or Path(file).stem)[:31])
        for number, line in enumerate(_table(rows), start=1):
            for column, content in enumerate(line, start=1):
                if content:
                    put(sheet.cell(number, column), content)
    book.save(path)


def _table(rows: Sequence[Quarantined]) -> list[list[Content]]:
    """Return the head and the rows of a table as they stand, with where and why behind."""
    head = rows[0].row.head
    width = max(map(len, (*head.lines, *(each.row.cells for each in rows))))
    behind = {head.header: (ORIGINS[head.turned], WHY)}
    lines = [_padded(line, width, behind.get(at, ("", ""))) for at, line in enumerate(head.lines)]
    lines += [_padded(each.row.cells, width, (str(each.row.place), each.why)) for each in rows]
    return [list(line) for line in zip(*lines, strict=True)] if head.turned else lines


def _texts(line: Iterable[Content]) -> list[str]:
    return [csv_safe(each) if isinstance(each, str) else each.isoformat() for each in line]


def _padded(line: Sequence[Content], width: int, behind: tuple[str, str]) -> list[Content]:
    return [*line, *[""] * (width - len(line)), *behind]


def _faulty_rows(findings: Iterable[Finding], sieve: Sieve) -> Reasons:
    """Return the rows that violations blame, each with what they say."""
    said: dict[Place, dict[str, None]] = defaultdict(dict)
    for each in findings:
        if each.severity is Severity.VIOLATION and each.file and each.cell:
            for row in sieve.rows_of(Place(each.file, each.sheet, each.cell)):
                said[row][f"{each.cell}: {each.message}"] = None
    return {row: "; ".join(texts) for row, texts in said.items()}


def _new(held: Reasons, found: Reasons) -> Reasons:
    return {row: why for row, why in found.items() if row not in held}


def _described(staged: Staged) -> set[NamedNode]:
    """Return what the quads give a class."""
    quads = parse(path=staged.quads, format=RdfFormat.N_QUADS)
    return {q.subject for q in quads if q.predicate == _TYPE and isinstance(q.subject, NamedNode)}


def _leaning(staged: Staged, described: set[NamedNode], sieve: Sieve) -> Reasons:
    """Return the rows that say more of what a row held back described, and nothing else describes."""
    gone = described - _described(staged)
    if not gone:
        return {}
    store = Oxigraph()
    store.bulk_load(path=str(staged.quads), format=RdfFormat.N_QUADS)
    version = Version(store, staged.description.iri)
    leaning: Reasons = {}
    for quad in store:
        about = gone.intersection(version.upwards(quad.subject))
        if about and (place := version.place(version.owner(quad.subject))).file:
            name = min(about, key=str).value.rsplit("/", 1)[1]
            why = f"it says more of {name}, whose own row is held back"
            leaning |= dict.fromkeys(sieve.rows_of(place), why)
    return leaning


def _noting(staged: Staged, held: Reasons, corrected: Reasons) -> Staged:
    """Return the dataset with a warning for each row held back, which stays in its report.

    Of a row that a list corrects it says where; where the source of the list is not there, what is right.
    """
    notes = [_note(row, CODE, Severity.WARNING, f"held back: {why}") for row, why in held.items()]
    files = {source.name for source in staged.sources}
    for row, place in corrected.items():
        if row.file in files:
            notes.append(_note(row, CORRECTED, Severity.INFO, f"{place} is taken in its place"))
    if missing := sorted({row.file for row in corrected if row.file not in files}):
        message = f"the list corrects rows of {', '.join(missing)}, of which nothing is handed in"
        hint = "hand in both, or give the list a `dataset: id` of its own: alone it replaces the good rows"
        notes.append(Finding(CORRECTED, Severity.INFO, message, hint))
    return replace(staged, findings=(*staged.findings, *notes))


def _note(row: Place, code: str, severity: Severity, message: str) -> Finding:
    return Finding(code, severity, message, "", row.file, row.sheet, row.cell)
