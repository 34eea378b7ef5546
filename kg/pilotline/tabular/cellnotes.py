"""Finds the notes that people left at cells of a workbook, which no mapping reads."""

import posixpath
from zipfile import ZipFile

from pilotline.tabular.sheetxml import Attributes, parser_of

OURS = "Pilotline"  # the author of the notes in templates and annotated copies


def notes_of(archive: ZipFile, part: str, name: str) -> list[str]:
    """Return the cells of a sheet that have a note by somebody else.

    part: the file of the sheet. name: of the workbook, for messages.
    """
    folder, file = posixpath.split(part)
    relations = f"{folder}/_rels/{file}.rels"
    if relations not in archive.namelist():
        return []
    found: list[str] = []
    for at in _Elements(archive.read(relations), name).found["Relationship"]:
        if at["Type"].endswith("/comments"):
            target = posixpath.normpath(posixpath.join("/", folder, at["Target"])).lstrip("/")
            found += _others(_Elements(archive.read(target), name))
    return found


class _Elements:
    """The elements of a part by their local name, and the texts of its authors."""

    def __init__(self, content: bytes, name: str) -> None:
        self.found: dict[str, list[Attributes]] = {"Relationship": [], "comment": []}
        self.authors: list[str] = []
        self._inside = False
        parser = parser_of(name)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(content, True)

    def _start(self, name: str, attributes: Attributes) -> None:
        local = name.rpartition(":")[2]
        self._inside = local == "author"
        if self._inside:
            self.authors.append("")
        if local in self.found:
            self.found[local].append(attributes)

    def _end(self, _: str) -> None:
        self._inside = False

    def _text(self, text: str) -> None:
        if self._inside:
            self.authors[-1] += text


def _others(comments: _Elements) -> list[str]:
    ours = {str(number) for number, author in enumerate(comments.authors) if author == OURS}
    return [at["ref"] for at in comments.found["comment"] if at.get("authorId") not in ours]
