"""The page at ``<base>/azure-auth/``: for logged-in users, and strict."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from jupyter_azure_auth.server.page import route


class Visitor:
    """A browser that opens addresses; never raises for a status."""

    def __init__(self, app: ServerApp, client: AsyncHTTPClient) -> None:
        self.page = f"{app.base_url}azure-auth/"
        self.token = {"Authorization": f"token {app.identity_provider.token}"}
        self._client = client

    async def open(self, path: str = "", *, logged_in: bool = True) -> HTTPResponse:
        headers = self.token if logged_in else {}
        return await self._client.fetch(
            self.page + path, headers=headers, raise_error=False, follow_redirects=False
        )


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a build makes, beside a file that is not the page's."""
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "index.html").write_text('<script defer src="page.0f.js"></script>')
    (folder / "page.0f.js").write_text("start()")
    (folder / "notes.txt").write_text("not for browsers")
    (tmp_path / "outside.js").write_text("not of the page")
    monkeypatch.setattr(route, "FILES", folder)
    return folder


@pytest.fixture
def visitor(jp_serverapp: ServerApp, http_server_client: AsyncHTTPClient) -> Visitor:
    return Visitor(jp_serverapp, http_server_client)


async def test_serves_the_page_to_a_user_with_a_strict_policy(
    files: Path, visitor: Visitor
) -> None:
    page = await visitor.open()
    assert (page.code, page.body) == (200, (files / "index.html").read_bytes())
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Cache-Control"] == "no-store"
    assert "_xsrf=" in " ".join(page.headers.get_list("Set-Cookie"))
    policy = dict(
        line.split(" ", 1) for line in page.headers["Content-Security-Policy"].split("; ")
    )
    assert (policy["default-src"], policy["frame-ancestors"]) == ("'none'", "'none'")
    assert policy["script-src"] == policy["style-src"] == "'self'"
    script = await visitor.open("page.0f.js")
    assert (script.code, script.body) == (200, b"start()")
    assert re.fullmatch(r"(text|application)/javascript", script.headers["Content-Type"])


async def test_serves_no_other_file_and_no_other_caller(files: Path, visitor: Visitor) -> None:
    # No file system has a name as long as the last one.
    for path in (
        "notes.txt",
        "other.js",
        "..%2Foutside.js",
        "index.html",
        "token",
        f"{'a' * 999}.js",
    ):
        assert (await visitor.open(path)).code in {404, 405}, path
    login = await visitor.open(logged_in=False)
    assert (login.code, b"script" in login.body) == (302, False)
    assert "/login?next=" in login.headers["Location"]
    assert (await visitor.open("page.0f.js", logged_in=False)).code in {302, 403}
