"""What the user lets processes have: ``kernelAccess``, and the route ``access``."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp

from jupyter_azure_auth.server.process_access import kernel_access, page_clients
from jupyter_azure_auth.server.process_access.kernel_access import KernelAccessSetting, find_refusal
from test.server.browser import Browser
from test.server.process_access.conftest import KERNEL, Caller

ROOT = Path(__file__).parents[3]
CASES = json.loads((ROOT / "test/cases/kernel-access.json").read_text())
REVOKED = (403, "access_revoked")
OTHER = {**KERNEL, "id": "k-2"}


async def outcome(caller: Caller, **fields: Any) -> object:
    """Return 200, or how the caller is refused."""
    code, body = await caller.ask(**fields)
    return code if code == 200 else (code, body["code"])


@pytest.fixture
def withdrawn(caller: Caller) -> list[str]:
    """The users whose processes were told to drop their tokens."""
    told: list[str] = []
    caller.token_service.permissions.on_withdrawn = told.append
    return told


# The page's decision for the same facts: test/unit/kernels/kernel-access.spec.ts.
# A row means every value of what it does not name. Only a page knows who runs a cell.
@pytest.mark.parametrize("case", [case for case in CASES if not case.get("program")], ids=str)
def test_refuses_the_same_requests_as_a_page_without_asking(case: dict[str, Any]) -> None:
    refusal = None if case["decision"] in {"give", "ask"} else case["decision"]
    for is_revoked in [case["revoked"]] if "revoked" in case else [True, False]:
        assert find_refusal(case["setting"], is_revoked=is_revoked) == refusal


# Situation: sign-in at the server | the user revokes a kernel, and closes the page | its next token
# | `access_revoked` within seconds; others keep theirs | Allow again in the panel
async def test_a_revoked_kernel_gets_nothing_until_it_is_allowed_again(
    caller: Caller, browser: Browser, jp_http_port: int, withdrawn: list[str]
) -> None:
    await browser.sign_in()
    for kernel in (KERNEL, OTHER, None):
        assert await outcome(caller, kernel=kernel) == 200
    await browser.log_in(jp_http_port)
    code, body = await browser.ask("access", kernel_id="k-1", revoked=True)
    revoked = {"kernels": ["k-1"], "programs": False}
    assert (code, body) == (200, {"revoked": revoked, "kernel_access": "allow"})
    assert withdrawn == [""]
    assert await outcome(caller) == REVOKED
    assert await outcome(caller, kernel=OTHER) == 200
    assert await outcome(caller, kernel=None) == 200
    _, listed = await browser.ask("grants")
    assert {grant["kernel_id"] for grant in listed["grants"]} == {"k-2", None}
    assert listed["revoked"] == body["revoked"]
    await browser.ask("sign-out")
    assert await outcome(caller) == REVOKED
    assert await browser.ask("access", kernel_id="k-1", revoked=False) == (
        200,
        {"revoked": {"kernels": [], "programs": False}, "kernel_access": "allow"},
    )
    assert await outcome(caller) == (401, "sign_in_required")


# Situation: sign-in at the server | the user revokes the programs | a script, or a kernel of an
# unknown id, asks | `access_revoked`; kernels and pages keep theirs | Allow again in the panel
async def test_revoked_programs_get_nothing(
    caller: Caller, browser: Browser, jp_http_port: int, withdrawn: list[str]
) -> None:
    await browser.sign_in()
    assert await outcome(caller, kernel=None) == 200
    await browser.log_in(jp_http_port)
    assert (await browser.ask("access", revoked=True))[1]["revoked"]["programs"] is True
    assert await outcome(caller, kernel=None) == REVOKED
    assert await outcome(caller, kernel={**KERNEL, "id": "invented"}) == REVOKED
    assert await outcome(caller) == 200
    assert (await browser.token())[0] == 200
    _, listed = await browser.ask("grants")
    assert "program" not in {grant["to"] for grant in listed["grants"]}
    await browser.ask("access", revoked=False)
    assert await outcome(caller, kernel=None) == 200
    assert withdrawn == [""]


async def test_a_token_in_flight_is_not_issued_after_a_revocation(
    caller: Caller, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_in()
    service = caller.token_service
    get_token = service._token

    async def slow(*arguments: Any) -> Any:
        issued = await get_token(*arguments)
        service.revoke("", "k-1")
        return issued

    monkeypatch.setattr(service, "_token", slow)
    assert await outcome(caller) == REVOKED


async def test_a_kernel_that_is_gone_is_forgotten(caller: Caller, kernels: set[str]) -> None:
    permissions = caller.token_service.permissions
    permissions.revoke("", "k-1")
    manager: Any = caller.browser.app.kernel_manager
    del manager._kernels["k-1"]
    kernels.remove("k-1")
    assert permissions.list_revoked("") == {"kernels": [], "programs": False}


# Situation: user's settings file | Jupyter drops it for another mistake | a page asks what it may
# give | the `kernelAccess` of the file | correct the file
async def test_a_page_learns_what_is_stored(
    caller: Caller, browser: Browser, jp_http_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_access, "_read", lambda _: "deny")
    await browser.log_in(jp_http_port)
    assert (await browser.ask("access"))[1]["kernel_access"] == "deny"


async def test_only_pages_change_it(caller: Caller, browser: Browser, jp_http_port: int) -> None:
    assert (await browser.ask("access", revoked=True))[0] == 403
    await browser.log_in(jp_http_port)
    for fields in ({"kernel_id": ""}, {"kernel_id": 1}, {"kernel_id": "a b"}, {"revoked": "x"}):
        code, body = await browser.ask("access", **fields)
        assert (code, body["code"]) == (400, "invalid_message")
    assert await outcome(caller) == (401, "sign_in_required")


async def test_pages_announce_which_clients_of_kernels_are_theirs(
    browser: Browser, jp_http_port: int
) -> None:
    assert (await browser.ask("page-clients", add=["p-1"]))[0] == 403, "a program is no page"
    await browser.log_in(jp_http_port)
    assert await browser.ask("page-clients", client_id="p-1") == (200, {"is_page": False})
    assert await browser.ask("page-clients", add=["p-1", "p-2"]) == (200, {"is_page": False})
    assert await browser.ask("page-clients", client_id="p-1") == (200, {"is_page": True})
    for fields in ({"add": "p"}, {"add": [1]}, {"add": ["a b"]}, {"client_id": ""}):
        code, body = await browser.ask("page-clients", **fields)
        assert (code, body["code"]) == (400, "invalid_message")
    newer = [f"q-{number}" for number in range(page_clients.MAX_CLIENTS - 1)]
    await browser.ask("page-clients", add=newer)
    assert await browser.ask("page-clients", client_id="p-1") == (200, {"is_page": False})
    assert await browser.ask("page-clients", client_id="p-2") == (200, {"is_page": True})


# Situation: sign-in at the server | the user sets `kernelAccess` to `deny` | kernels and programs
# that hold tokens, without a page | `kernel_access_denied` within seconds | the setting
async def test_the_setting_refuses_every_process(
    caller: Caller,
    browser: Browser,
    jp_http_port: int,
    withdrawn: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    value = "allow"
    monkeypatch.setattr(kernel_access, "_read", lambda _: value)
    await browser.sign_in()
    assert await outcome(caller) == 200
    await browser.log_in(jp_http_port)
    value = "deny"
    assert (await browser.ask("access"))[0] == 200
    assert withdrawn == [""]
    for kernel in (KERNEL, None):
        assert await outcome(caller, kernel=kernel) == (403, "kernel_access_denied")
    assert (await browser.token())[0] == 200, "the page decides about its own kernels"
    value = "allow"
    await browser.ask("access")
    assert await outcome(caller) == 200
    assert withdrawn == [""]


async def test_a_slow_disk_does_not_bring_an_older_value_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values, has_begun, gate = iter(["allow", "deny"]), threading.Event(), threading.Event()

    def read(_: object) -> str:
        value = next(values)
        if value == "allow":
            has_begun.set()
            assert gate.wait(30)
        return value

    monkeypatch.setattr(kernel_access, "_read", read)
    nothing: Any = None
    setting = KernelAccessSetting(nothing)
    earlier = asyncio.create_task(setting.read())
    assert await asyncio.to_thread(has_begun.wait, 30)
    assert await setting.read(refresh=True) == "deny"
    gate.set()
    assert await earlier == "deny"
    assert await setting.read() == "deny"


@pytest.mark.parametrize(
    ("user", "override", "value"),
    [
        (None, None, "allow"),
        ("{}", None, "allow"),
        ('{"kernelAccess": "deny"}', None, "deny"),
        ('// a comment\n{"kernelAccess": "ask"}', None, "ask"),
        ('{"kernelAccess": "deny", "unknown": 1}', None, "deny"),
        ('{"kernelAccess": "DENY"}', None, "deny"),
        ('{"kernelAccess": false}', None, "deny"),
        ('{"kernelAccess": ""}', None, "deny"),
        ('{"kernelAccess": null}', None, "deny"),
        ("{", None, "deny"),
        (None, "deny", "deny"),
        ('{"kernelAccess": "allow"}', "deny", "allow"),
        ("[]", None, "deny"),
        ('"text"', None, "deny"),
    ],
)
def test_reads_what_jupyterlab_shows(
    tmp_path: Path, user: str | None, override: str | None, value: str
) -> None:
    schemas = tmp_path / "labextensions" / "jupyter-azure-auth" / "schemas" / "jupyter-azure-auth"
    settings = tmp_path / "settings" / "jupyter-azure-auth"
    for folder in (schemas, settings, tmp_path / "app"):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / "schema" / "session.json", schemas)
    if user is not None:
        (settings / "session.jupyterlab-settings").write_text(user)
    if override is not None:
        overrides = {kernel_access.PLUGIN: {"kernelAccess": override}}
        (tmp_path / "app" / "overrides.json").write_text(json.dumps(overrides))
    lab = SimpleNamespace(
        app_settings_dir=str(tmp_path / "app"),
        schemas_dir=str(tmp_path / "none"),
        user_settings_dir=str(tmp_path / "settings"),
        extra_labextensions_path=[],
        labextensions_path=[str(tmp_path / "labextensions")],
    )
    manager = SimpleNamespace(extension_apps={"other": [object()], "lab": [lab]})
    app: Any = SimpleNamespace(extension_manager=manager)
    assert asyncio.run(KernelAccessSetting(app).read()) == value


async def test_without_jupyterlab_the_setting_does_not_apply(jp_serverapp: ServerApp) -> None:
    assert await KernelAccessSetting(jp_serverapp).read() == "allow"
