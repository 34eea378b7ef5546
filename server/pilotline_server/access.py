"""Says who sends a request and what that client may do."""

import hashlib
import hmac
import ipaddress
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from pilotline.errors import PilotlineError

Scope = Literal["read", "write", "admin"]
_IMPLIED: dict[Scope, frozenset[str]] = {
    "read": frozenset({"read"}),
    "write": frozenset({"read", "write"}),
    "admin": frozenset({"read", "write", "admin"}),
}
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="pilotline"'}
_REMEMBERED = 1000  # addresses whose network is known
_TOO_SHORT = 16  # characters under which a token can be guessed


class TokenError(PilotlineError):
    """A token file that cannot be used; the message says where and why."""


class Token(BaseModel):
    """One token, or its sha256 in hexadecimal. rate: requests per minute; 0 for any number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: str = Field(default="", repr=False)
    sha256: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    scopes: tuple[Scope, ...] = ("read",)
    rate: int = Field(default=0, ge=0)

    @property
    def digest(self) -> bytes:
        """Return the hash that a token sent by a client must have."""
        return bytes.fromhex(self.sha256) if self.sha256 else _digest(self.token)


@dataclass(frozen=True)
class Client:
    """Who asks. name: for provenance; may stand in an IRI. key: what fair shares go by."""

    name: str
    key: str
    scopes: frozenset[str]


@dataclass
class Access:
    """The tokens of a server. private: reading needs one too."""

    tokens: Mapping[str, Token]
    private: bool = False
    _allowances: dict[str, "_Allowance"] = field(default_factory=dict)

    def client(self, request: Request, scope: Scope, token: str = "") -> Client:
        """Return who sends a request that needs a scope.

        token: what a form sends in the place of the header.
        Errors: HTTPException 401 without a token that is known, 403 for one that may not do this, 429 for
        one that asks too often.
        """
        sent = f"Bearer {token}" if token else request.headers.get("authorization")
        client = self._identified(request, sent)
        if scope in client.scopes:
            return client
        if not self.tokens:
            raise HTTPException(403, "this server is read-only: it was started without a token")
        if client.name == "anonymous":
            raise HTTPException(401, f"this needs a token with the scope {scope}", _CHALLENGE)
        raise HTTPException(403, f"the token {client.name} has not the scope {scope}")

    def _identified(self, request: Request, sent: str | None) -> Client:
        if sent is None:
            scopes = frozenset() if self.private else _IMPLIED["read"]
            host = request.client.host if request.client else "unknown"
            return Client("anonymous", f"address {_network(host)}", scopes)
        kind, _, credentials = sent.partition(" ")
        name = self._name(credentials.strip()) if kind.lower() == "bearer" else None
        if name is None:
            raise HTTPException(
                401, "the token is not known here; send Authorization: Bearer TOKEN", _CHALLENGE
            )
        self._spend(name)
        scopes = frozenset().union(*(_IMPLIED[scope] for scope in self.tokens[name].scopes))
        return Client(name, f"token {name}", scopes)

    def _name(self, token: str) -> str | None:
        """Compare with every token in the same time, whichever it is."""
        digest, found = _digest(token), None
        for name, known in self.tokens.items():
            if hmac.compare_digest(digest, known.digest):
                found = name
        return found

    def _spend(self, name: str) -> None:
        rate = self.tokens[name].rate
        if rate and not self._allowances.setdefault(name, _Allowance(rate)).spend():
            raise HTTPException(
                429, f"the token {name} may ask {rate} times a minute", {"Retry-After": str(60 // rate + 1)}
            )


class _Allowance:
    """Requests that a token has left; they come back evenly over the minute."""

    def __init__(self, rate: int) -> None:
        self._rate, self._left, self._seen = rate, float(rate), time.monotonic()

    def spend(self) -> bool:
        now = time.monotonic()
        self._left = min(self._rate, self._left + (now - self._seen) * self._rate / 60)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


def read_tokens(file: Path | None, environment: Mapping[str, str]) -> dict[str, Token]:
    """Return the tokens of a file and of PILOTLINE_TOKEN, by name.

    The file is TOML with a table `[tokens.NAME]` each, or holds nothing but one token, which may do all.
    """
    found: dict[str, Token] = {}
    if token := environment.get("PILOTLINE_TOKEN", ""):
        found["environment"] = _checked("PILOTLINE_TOKEN", Token(token=token, scopes=("admin",)))
    if file is not None:
        found |= _from_file(file)
    return found


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tokens: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,60}$")], Token]


def _from_file(file: Path) -> dict[str, Token]:
    try:
        text = file.read_text(encoding="utf-8").strip()
        if text and not any(mark in text for mark in "=[\n"):
            return {"file": _checked(str(file), Token(token=text, scopes=("admin",)))}
        tokens = _File.model_validate(tomllib.loads(text)).tokens
    except ValidationError as error:
        first = error.errors()[0]
        raise TokenError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (OSError, ValueError) as error:
        raise TokenError(f"{file}: {error}") from None
    return {name: _checked(f"{file}, {name}", token) for name, token in tokens.items()}


def _checked(where: str, token: Token) -> Token:
    if not token.sha256 and len(token.token) < _TOO_SHORT:
        raise TokenError(f"{where}: the token has {len(token.token)} characters; use {_TOO_SHORT} or more")
    return token


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@lru_cache(_REMEMBERED)
def _network(host: str) -> str:
    """Return the address of a client; of IPv6 the network, since a client has 2**64 addresses there."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return host
