"""`/validate`: a file is checked in a process of its own, its report shown by cells; nothing is stored."""

import asyncio
import json
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pilotline_server.bodies import body
from pilotline_server.pages.site import Site

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT = {"Content-Disposition": 'attachment; filename="annotated.xlsx"', "Cache-Control": "no-store"}
_MOST = 1_000  # findings on a page
_AT_ONCE = 2


class Checks:
    """Answers `/validate`.

    upload: bytes that a form may have. seconds, memory (bytes): what checking one file may take.
    """

    def __init__(self, site: Site, upload: int, seconds: float, memory: int) -> None:
        self._site, self._upload = site, upload
        self._seconds, self._memory = seconds, memory
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, request: Request) -> Response:
        """Answer with the form, and to a form with the report or the annotated workbook."""
        self._site.access.client(request, "read")
        if request.method != "POST":
            return self._page(None)
        form = _form(await body(request, self._upload), request.headers.get("content-type", ""))
        if not form.file:
            return self._page(Report(problem="Choose a file to check."), 400)
        async with self._places:
            with TemporaryDirectory() as folder:
                return await self._checked(form, Path(folder))

    async def _checked(self, form: "Form", folder: Path) -> Response:
        copy = folder / "annotated.xlsx"
        command = form.command(folder, copy)
        code, out, error = await self._run(command)
        if form.annotated and copy.exists():
            content = await run_in_threadpool(copy.read_bytes)
            kept = {
                "Content-Disposition": 'attachment; filename="annotated.xlsx"',
                "Cache-Control": "no-store",
            }
            return Response(content, media_type=_WORKBOOK, headers=kept)
        if code not in (0, 1):
            said = error.decode(errors="replace").strip().removeprefix("pilotline: ")
            said = said.replace(f"{folder}/upload/", "").replace(f"{folder}/", "")
            return self._page(Report(form.name, problem=said or "The file could not be checked."), 400)
        return self._page(Report(form.name, json.loads(out)))

    async def _run(self, command: list[str]) -> tuple[int, bytes, bytes]:
        """Run a command under its limits; HTTPException where it takes too long."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=_limited(self._memory, int(self._seconds) + 1),
        )
        try:
            out, error = await asyncio.wait_for(process.communicate(), self._seconds)
        except (TimeoutError, asyncio.CancelledError) as stopped:
            process.kill()
            await process.wait()
            if isinstance(stopped, asyncio.CancelledError):
                raise
            message = f"checking took more than {self._seconds:g} s; check the file by pilotline validate"
            raise HTTPException(503, message) from None
        return process.returncode or 0, out, error

    def _page(self, report: "Report | None", status: int = 200) -> Response:
        return self._site.page("validate.html", status, report=report, most=_MOST)


@dataclass(frozen=True)
class Report:
    """What the page shows; problem: why the file could not be checked."""

    name: str = ""
    data: dict[str, Any] | None = None
    problem: str = ""


@dataclass(frozen=True)
class Form:
    """What a person sends: a file, perhaps its mapping, and what they want."""

    name: str
    file: bytes
    mapping: bytes
    annotated: bool
    language: str

    def command(self, folder: Path, copy: Path) -> list[str]:
        """Write the files to a folder, and return the command that checks them."""
        file = folder / "upload" / self.name
        file.parent.mkdir()
        file.write_bytes(self.file)
        command = [sys.executable, "-m", "pilotline", "validate", str(file), "--format", "json"]
        command += ["--language", self.language]
        if self.mapping:
            mapping = folder / "columns.yaml"
            mapping.write_bytes(self.mapping)
            command += ["--mapping", str(mapping), "--scope", "validated"]
        return command + (["--annotated", str(copy)] if self.annotated else [])


def _form(content: bytes, content_type: str) -> Form:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", errors="replace")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + content)
    if not message.is_multipart() or message.defects:
        raise HTTPException(400, "send the form as multipart/form-data, whole")
    fields: dict[str, bytes] = {}
    name = _safe("")
    for part in message.iter_parts():
        field = str(part.get_param("name", "", header="content-disposition"))
        value = part.get_payload(decode=True)
        fields[field] = value if isinstance(value, bytes) else b""
        if field == "file":
            name = _safe(part.get_filename() or "")
    return Form(
        name=name,
        file=fields.get("file", b""),
        mapping=fields.get("mapping", b""),
        annotated=fields.get("want") == b"annotated",
        language="de" if fields.get("language") == b"de" else "en",
    )


def _safe(name: str) -> str:
    """Return the last part of a file name, which a mapping is matched with; never a way to another folder."""
    last = PurePosixPath(name.replace("\\", "/")).name.replace("\0", "")[-100:]
    return "file.csv" if last in ("", ".", "..") else last


def _limited(memory: int, seconds: int) -> Callable[[], None]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return limit
