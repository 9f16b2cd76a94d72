"""A refusal holds for the rest of the cell's execution, on a fake clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyter_azure_auth.kernel.protocol import Request
from test.kernel.desk import STORAGE, Desk, open_desk

VAULT = Request(("https://vault.azure.net/.default",))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = open_desk(monkeypatch)
    monkeypatch.setattr(desk.out, "parent", lambda: {"header": {"msg_id": desk_cell(desk)}})
    return desk


def desk_cell(desk: Desk) -> str:
    return getattr(desk, "cell", "first")


def refused(desk: Desk, request: Request = STORAGE, code: str = "denied") -> None:
    desk.at(desk.seconds, lambda: desk.answer(kind="error", code=code, message="No."))
    assert desk.ask(request) == code


def asked_user(desk: Desk) -> int:
    """Return the number of requests with which a page may prompt its user."""
    loud = [data for _, data in desk.out.opened if data.get("interactive") is not False]
    return len({data["request_id"] for data in loud})


# Situation: SDK that retries | the user clicked Not now | later in the same cell | the same error
# within 2 s, no second prompt | sign in, or run the cell again
@pytest.mark.parametrize("change", [{}, {"claims": "{}"}, {"force": True}, {"enable_cae": True}])
def test_after_not_now_the_user_is_asked_no_second_time(desk: Desk, change: dict[str, Any]) -> None:
    refused(desk)
    begun = desk.seconds
    assert desk.ask(replace(STORAGE, **change)) == "denied"
    assert desk.seconds - begun <= 2
    assert asked_user(desk) == 1


# Situation: SDK that retries | the user did not sign in within the timeout | later in the same
# cell | the error `timed_out` within 2 s, no second prompt | sign in, or run the cell again
def test_a_sign_in_that_timed_out_prompts_once(desk: Desk) -> None:
    desk.at(0, lambda: desk.answer(kind="pending", reason="sign_in"))
    assert desk.ask(timeout=12) == "timed_out"
    assert desk.ask(timeout=12) == "timed_out"
    assert desk.seconds == 14
    assert asked_user(desk) == 1


# Situation: panel | the user signs in after Not now | later in the same cell | the user's token |
# nothing to do
def test_a_user_who_signs_in_after_all_is_heard(desk: Desk) -> None:
    refused(desk)
    desk.at(desk.seconds, lambda: desk.give("t"))
    assert desk.ask() == "t"
    assert asked_user(desk) == 1
    refused(desk, replace(STORAGE, force=True))
    assert asked_user(desk) == 2  # a token has come in between


def test_another_resource_and_the_next_cell_ask_the_user(desk: Desk) -> None:
    refused(desk)
    refused(desk, VAULT)
    assert asked_user(desk) == 2
    desk.cell = "second"  # type: ignore[attr-defined]
    refused(desk)
    assert asked_user(desk) == 3


def test_what_nobody_could_answer_is_no_refusal(desk: Desk) -> None:
    refused(desk, code="unavailable")
    refused(desk, code="unavailable")
    assert asked_user(desk) == 2


def test_a_silent_look_is_no_refusal(desk: Desk) -> None:
    refused(desk, STORAGE.silent())
    refused(desk)
    assert asked_user(desk) == 1


def test_a_kernel_keeps_a_limited_number(desk: Desk) -> None:
    for number in range(70):
        refused(desk, Request((f"https://{number}.example/.default",)))
    assert len(desk.broker._refusals._refusals) == 64
