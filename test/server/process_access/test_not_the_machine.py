"""A user's sign-in at the server, refused, on a machine with an ambient identity."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from test.server.az import Az
from test.server.browser import OTHER_SCOPE, SCOPE, Browser
from test.server.process_access.conftest import Caller


@pytest.fixture
def az(tmp_path: Path, no_identity: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Az]:
    az = Az(tmp_path / "az", monkeypatch)
    yield az
    az.let_go()


async def test_the_machine_serves_while_no_user_has_signed_in(az: Az, caller: Caller) -> None:
    code, body = await caller.ask()
    assert (code, body["source"]) == (200, "azure-cli")


# Situation: user's sign-in at the server | Azure refuses its refresh token (AADSTS53003, 65001) or
# ends it | a kernel's token, on a machine with an identity | that refusal, never the machine's |
# sign in from the panel, or sign out to act as the machine
@pytest.mark.parametrize(
    ("number", "suberror", "expected"),
    [
        ("AADSTS53003", "message_only", "refused"),
        ("AADSTS65001", "consent_required", "consent_required"),
        ("AADSTS50076", "basic_action", "interaction_required"),
        ("AADSTS700082", "bad_token", "sign_in_ended"),
    ],
)
async def test_a_refused_user_is_not_replaced_by_the_machine(  # noqa: PLR0917 (a table)
    az: Az, caller: Caller, browser: Browser, number: str, suberror: str, expected: str
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.refuse(
        "invalid_grant", suberror=suberror, error_description=f"{number}: Refused."
    )
    for _ in range(2):
        assert (await caller.ask(scopes=[OTHER_SCOPE]))[1]["code"] == expected
    await browser.ask("session")
    assert (await caller.ask(scopes=[OTHER_SCOPE]))[1]["code"] == expected
    assert not any(OTHER_SCOPE.removesuffix("/.default") in asked for asked in az.asked)
    await browser.ask("sign-out")
    assert (await caller.ask(scopes=[OTHER_SCOPE]))[1]["source"] == "azure-cli"


# Situation: user's sign-in at the server | Azure has ended it | the token of a kernel with an id
# that the server does not know, on a machine with an identity | sign_in_ended, never the machine's
# | sign in from the panel
async def test_an_unknown_kernel_of_a_refused_user_does_not_get_the_machine(
    az: Az, caller: Caller, browser: Browser
) -> None:
    await browser.sign_in(scopes=[SCOPE])
    browser.authority.refuse(
        "invalid_grant", suberror="bad_token", error_description="AADSTS700082: It has ended."
    )
    unknown = {"id": "unknown", "comm_id": "c-1", "request_id": "r-1"}
    for _ in range(2):
        assert (await caller.ask(scopes=[OTHER_SCOPE], kernel=unknown))[1][
            "code"
        ] == "sign_in_ended"
    assert az.asked == []
