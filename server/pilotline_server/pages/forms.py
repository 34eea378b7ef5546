"""Reads what a form sends: texts, and files under names that lead nowhere."""

from dataclasses import dataclass, field
from email import policy
from email.parser import BytesParser
from pathlib import Path, PurePosixPath

from starlette.exceptions import HTTPException
from starlette.requests import Request

from pilotline_server.bodies import body


@dataclass(frozen=True)
class Upload:
    """A file of a form. name: its last part, never a way to another folder."""

    name: str
    content: bytes

    def write(self, folder: Path) -> Path:
        """Write the file to a folder of its own below this one."""
        file = folder / "upload" / self.name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(self.content)
        return file


@dataclass(frozen=True)
class Form:
    """The fields of a form by their names."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a text, empty where it is not sent."""
        return self.texts.get(name, "").strip()


async def read_form(request: Request, most: int) -> Form:
    """Return a form of at most so many bytes; HTTPException for what is no multipart form."""
    content = await body(request, most)
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n"
    message = BytesParser(policy=policy.HTTP).parsebytes(head.encode("latin-1", errors="replace") + content)
    if not message.is_multipart() or message.defects:
        raise HTTPException(400, "send the form as multipart/form-data, whole")
    form = Form()
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        value = part.get_payload(decode=True)
        told = value if isinstance(value, bytes) else b""
        if (file := part.get_filename()) is None:
            form.texts[name] = told.decode(errors="replace")
        elif told:
            form.files[name] = Upload(_safe(file), told)
    return form


def _safe(name: str) -> str:
    last = PurePosixPath(name.replace("\\", "/")).name.replace("\0", "")[-100:]
    return "file.csv" if last in ("", ".", "..") else last
