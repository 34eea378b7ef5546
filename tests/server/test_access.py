"""Tokens say who may do what; without any, nobody writes."""

from pathlib import Path

import httpx2 as httpx
import pytest
from serving import served

from pilotline_server.access import TokenError, read_tokens

LONG = "0123456789abcdef"


def test_without_a_token_nobody_writes(client: httpx.Client) -> None:
    for response in (
        client.post("/update", data={"update": "CLEAR ALL"}),
        client.put("/graphs?graph=urn:a", content="", headers={"Content-Type": "text/turtle"}),
        client.delete("/graphs?graph=urn:a"),
    ):
        assert (response.status_code, response.json()["detail"]) == (
            403, "this server is read-only: it was started without a token",
        )  # fmt: skip


def test_tokens_come_from_the_environment_and_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    file.write_text(f'[tokens.alice]\ntoken = "{LONG}"\nscopes = ["write"]\nrate = 60\n')
    found = read_tokens(file, {"PILOTLINE_TOKEN": LONG + "x"})
    assert {name: (token.scopes, token.rate) for name, token in found.items()} == {
        "environment": (("admin",), 0),
        "alice": (("write",), 60),
    }
    file.write_text(LONG + "\n")
    assert read_tokens(file, {})["file"].scopes == ("admin",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("short", "the token has 5 characters; use 16 or more"),
        ('[tokens.a]\ntokne = "x"\n', "tokens.a.tokne: Extra inputs are not permitted"),
        ('[tokens.a]\nscopes = ["all"]\n', "Input should be 'read', 'write' or 'admin'"),
        ("[tokens", "tokens.toml"),
    ],
)
def test_a_token_file_that_cannot_be_used_says_where(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "tokens.toml"
    file.write_text(text)
    with pytest.raises(TokenError, match=says):
        read_tokens(file, {})


def test_a_private_server_answers_those_with_a_token_and_no_more_than_their_rate(db: Path) -> None:
    tokens = {"reader": {"token": LONG, "scopes": ["read"], "rate": 3}}
    with served(db, private=True, tokens=tokens) as client:
        assert client.get("/health").status_code == 200
        for address in ("/", "/sparql?query=ASK%7B%7D", "/graphs?default", "/.well-known/void", "/metrics"):
            response = client.get(address)
            assert (response.status_code, response.headers["www-authenticate"][:6]) == (401, "Bearer"), (
                address
            )
        client.headers["Authorization"] = f"Bearer {LONG}"
        answers = [client.get("/sparql?query=ASK%7B%7D") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[-1].headers["retry-after"] == "21"


def test_behind_a_proxy_the_server_names_itself_as_its_clients_do(db: Path) -> None:
    with served(db, public_url="https://lab.example/kg") as client:
        assert "<https://lab.example/kg/sparql>" in client.get("/sparql").text


def test_who_forwards_is_not_believed_unless_trusted(client: httpx.Client) -> None:
    head = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    assert f"<{client.base_url}sparql>" in client.get("/sparql", headers=head).text
