"""The grants to kernels while no page was open, as pages get them later."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_azure_auth._models import Account, TokenRequest
from jupyter_azure_auth.server.models import IssuedToken
from jupyter_azure_auth.server.process_access.grants import MAX_GRANTS, Grants
from jupyter_azure_auth.server.process_access.kernel_ref import KernelRef
from test.server.authority import CANARY, PERSON, TENANT, USERNAME
from test.server.browser import OTHER_SCOPE, SCOPE, Browser
from test.server.process_access.conftest import KERNEL, Caller


def issued(life: int = 3600) -> IssuedToken:
    account = Account("oid.tid", "Ada", "ada@contoso.com", "tid")
    return IssuedToken(f"{CANARY}-at", "Bearer", int(time.time()) + life, None, account)


async def test_lists_grants_without_tokens(caller: Caller, browser: Browser) -> None:
    assert await browser.ask("grants") == (
        200,
        {"grants": [], "revoked": {"kernels": [], "programs": False}},
    )
    await browser.sign_in(scopes=[SCOPE])
    _, token = await caller.ask(enable_cae=True, tenant_id=TENANT, cloud="AzureCloud")
    _, body = await browser.ask("grants")
    [grant] = body["grants"]
    assert abs(grant.pop("granted_at") - time.time()) < 30
    assert grant == {
        "to": "kernel",
        "kernel_id": "k-1",
        "comm_id": "c-1",
        "request_id": "r-1",
        "scopes": [SCOPE],
        "tenant_id": TENANT,
        "cloud": "AzureCloud",
        "enable_cae": True,
        "account": None,
        "account_id": f"{PERSON}.{TENANT}",
        "username": USERNAME,
        "expires_on": token["expires_on"],
    }
    assert CANARY not in str(body)


async def test_lists_which_account_the_code_of_a_kernel_names(
    caller: Caller, browser: Browser
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    bound = {"account": f"{PERSON}.{TENANT}"}
    for fields in (bound, {**bound, "kernel": {**KERNEL, "account": USERNAME}}):
        assert (await caller.ask(**fields))[0] == 200
    _, body = await browser.ask("grants")
    assert [grant["account"] for grant in body["grants"]] == [USERNAME, None]
    code, body = await caller.ask(kernel={**KERNEL, "account": 5})
    assert (code, body["code"]) == (400, "invalid_message")


async def test_lists_the_newest_for_each_kernel_and_request_first(
    caller: Caller, browser: Browser
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    other = {**KERNEL, "id": "k-2"}
    for fields in (
        {},
        {"kernel": other},
        {"scopes": [OTHER_SCOPE]},
        {"kernel": {**KERNEL, "comm_id": "c-2"}},
    ):
        await caller.ask(**fields)
    grants: list[dict[str, Any]] = (await browser.ask("grants"))[1]["grants"]
    assert [(g["kernel_id"], g["comm_id"], g["scopes"]) for g in grants] == [
        ("k-1", "c-2", [SCOPE]),
        ("k-1", "c-1", [OTHER_SCOPE]),
        ("k-2", "c-1", [SCOPE]),
    ]


async def test_keeps_the_list_after_a_sign_out_so_that_the_page_can_empty_the_kernels(
    caller: Caller, browser: Browser
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    await caller.ask()
    await browser.ask("sign-out")
    assert len((await browser.ask("grants"))[1]["grants"]) == 1
    assert (await caller.ask())[0] == 401


async def test_a_new_sign_in_does_not_list_grants_from_before_a_sign_out(
    caller: Caller, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    await caller.ask()
    await browser.ask("sign-out")
    await browser.sign_in(scopes=[SCOPE])
    assert (await browser.ask("grants"))[1]["grants"] == []
    # The computer's clock is set back; a token that lives longer is listed as ever.
    clock = SimpleNamespace(time=lambda: time.time() - 1000, monotonic=time.monotonic)
    monkeypatch.setattr("jupyter_azure_auth.server.process_access.grants.time", clock)
    await caller.ask()
    assert len((await browser.ask("grants"))[1]["grants"]) == 1


async def test_lists_pages_and_programs_too(
    caller: Caller, browser: Browser, jp_http_port: int
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    await browser.token()
    await caller.ask(kernel={**KERNEL, "id": "made-up"})
    browser.headers["Origin"] = f"http://127.0.0.1:{jp_http_port}"
    await browser.token()
    _, body = await browser.ask("grants")
    assert [(g["to"], g["kernel_id"], g["scopes"]) for g in body["grants"]] == [
        ("page", None, [SCOPE]),
        ("program", None, [SCOPE]),
    ]


# Situation: process access | a program invents 300 kernels | a real kernel got a token before | its
# own user's; it stays on the list | a sign-out reaches it
async def test_invented_kernels_do_not_evict_a_real_one(
    caller: Caller, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller.token_service._rate_limiter, "_burst", 1000)
    monkeypatch.setattr(caller.token_service._rate_limiter, "_per_second", 1000)
    await browser.sign_in(scopes=[SCOPE])
    await caller.ask()
    for number in range(MAX_GRANTS + 100):
        await caller.ask(kernel={**KERNEL, "id": f"made-up-{number}"})
    grants = (await browser.ask("grants"))[1]["grants"]
    assert [grant["kernel_id"] for grant in grants] == [None, "k-1"]


def test_a_kernel_with_many_grants_evicts_only_its_own() -> None:
    grants = Grants()
    grants.record("ada", "kernel", KernelRef("honest", "c", "r"), TokenRequest((SCOPE,)), issued())
    for number in range(2 * MAX_GRANTS):
        token_request = TokenRequest((f"https://a{number}.example/.default",))
        grants.record("ada", "kernel", KernelRef("greedy", "c", "r"), token_request, issued())
    kept = grants.of("ada")
    assert (len(kept), kept[-1].kernel_id) == (MAX_GRANTS, "honest")


def test_is_limited_and_separate_for_each_owner() -> None:
    grants = Grants()
    for number in range(MAX_GRANTS + 10):
        grants.record(
            "ada", "kernel", KernelRef(f"k-{number}", "c", "r"), TokenRequest((SCOPE,)), issued()
        )
    names = [grant.kernel_id for grant in grants.of("ada")]
    assert (len(names), names[0], names[-1]) == (MAX_GRANTS, f"k-{MAX_GRANTS + 9}", "k-10")
    assert grants.of("eve") == []


@pytest.mark.parametrize(("life", "listed"), [(-1, 0), (60, 1)])
def test_does_not_mention_expired_tokens(life: int, listed: int) -> None:
    grants = Grants()
    grants.record("", "kernel", KernelRef("k", "c", "r"), TokenRequest((SCOPE,)), issued(life))
    assert len(grants.of("")) == listed
