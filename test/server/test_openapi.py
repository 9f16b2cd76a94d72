"""The OpenAPI file and the server agree."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import re
import sys
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.server.errors import RESPONSES
from jupyter_azure_auth.server.requests import DeviceCodeRequest, SignInRequest
from test.server.browser import SCOPE, Browser
from test.server.openapi import FILE, ROOT, described, resolved
from test.server.rules import gated_rules, path_of

CONFIG = Path(__file__).with_name("schemathesis.toml")
HOOKS = "test.server.schemathesis_hooks"
SERVER_EXTENSION = ROOT / "jupyter_azure_auth" / "server"

Schemathesis = Callable[..., Awaitable[None]]

_ROW = re.compile(r"^\| `([a-z/-]+)` ", re.MULTILINE)
_REFUSAL = re.compile(r'APIError\(\s*HTTPStatus\.(\w+),\s*"(\w+)"')


def test_every_route_is_described_and_every_description_has_a_route(
    jp_serverapp: ServerApp,
) -> None:
    base = f"{jp_serverapp.base_url}azure-auth"
    routes = {path_of(rule).removeprefix(base) for rule in gated_rules(jp_serverapp)}
    assert set(described()["paths"]) == routes
    assert described()["servers"][0]["url"] == "/azure-auth"


def test_the_document_lists_the_same_routes() -> None:
    text = (ROOT / "docs" / "dev" / "server-api.md").read_text(encoding="utf-8")
    table = text.partition("## Routes")[2].partition("\n## ")[0]
    assert {f"/{name}" for name in _ROW.findall(table)} == set(described()["paths"])


def test_no_other_verb_is_described() -> None:
    assert {verb for path in described()["paths"].values() for verb in path} == {"post"}


def test_every_refusal_is_described_with_its_status() -> None:
    """Jupyter's refusals have status 403; 405 is for verbs that are not described."""
    body = {
        (int(status), code)
        for path in described()["paths"].values()
        for status, answer in path["post"]["responses"].items()
        if status != "200"
        for code in _codes(resolved(answer))
    }
    source = "".join(path.read_text(encoding="utf-8") for path in SERVER_EXTENSION.rglob("*.py"))
    meant = {(int(meaning.status), code) for code, meaning in RESPONSES.items()}
    raised = {(_status(name), code) for name, code in _REFUSAL.findall(source)}
    assert body == meant | raised | {(403, "forbidden")}


def _codes(answer: Any) -> list[str]:
    enum: list[str] = answer["content"]["application/json"]["schema"]["properties"]["code"]["enum"]
    return enum


def _status(name: str) -> int:
    return int(HTTPStatus[name])


@pytest.mark.parametrize("token_request", [TokenRequest, SignInRequest, DeviceCodeRequest])
def test_every_field_of_a_request_is_described(token_request: type[Any]) -> None:
    schema = described()["components"]["schemas"][token_request.__name__]
    of_pages = {"interactive", "prompt"}
    assert set(schema["properties"]) - {"kernel", "waits_as"} == {
        field.name for field in dataclasses.fields(token_request) if field.name not in of_pages
    }
    required = {
        field.name
        for field in dataclasses.fields(token_request)
        if field.default is dataclasses.MISSING
    }
    assert set(schema["required"]) == required


@pytest.fixture
def schemathesis(browser: Browser, jp_http_port: int, tmp_path: Path) -> Schemathesis:
    """Run it while this server answers its requests; the test fails with its findings."""

    async def run(*options: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", f"--config-file={CONFIG}", "run"),
            *(str(FILE), "--no-color", *options),
            f"--url=http://127.0.0.1:{jp_http_port}{browser.app.base_url}azure-auth",
            f"--header=Authorization:{browser.headers['Authorization']}",
            env={**os.environ, "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": HOOKS},
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        if process.returncode != 0:
            pytest.fail(output.decode(), pytrace=False)

    return run


@pytest.mark.parametrize("azure_auth", [{}], ids=["unconfigured"])
async def test_schemathesis_finds_nothing_while_a_user_is_signed_in(
    browser: Browser, jp_http_port: int, schemathesis: Schemathesis
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    page = f"--header=Origin:http://127.0.0.1:{jp_http_port}"
    # `doctor` asks hosts outside of this computer; test/cli/test_doctor.py has a real server.
    await schemathesis(page, "--exclude-path=/sign-out", "--exclude-path=/doctor")
    assert (await browser.ask("session"))[1]["account"] is not None


async def test_schemathesis_finds_nothing_while_no_user_is_signed_in(
    schemathesis: Schemathesis,
) -> None:
    routes = ("--include-path=/session", "--include-path=/token", "--include-path=/sign-out")
    await schemathesis("--phases=examples,coverage,fuzzing", *routes)
