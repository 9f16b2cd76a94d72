"""The flow of a process that no page can answer: it asks its parent server alone."""

from __future__ import annotations

import pytest

from jupyter_azure_auth._error_catalog import DECIDED, PARENT_SERVER, REFUSED
from jupyter_azure_auth.errors import describe
from jupyter_azure_auth.kernel.protocol import Pending, Refusal
from jupyter_azure_auth.kernel.request_flow import (
    SERVER_TIMEOUT_S,
    AskParentServer,
    Event,
    Outcome,
    ServerUnavailable,
    TryAmbient,
    parent_server_flow,
)
from test.kernel.test_request_flow import TOKEN, Page

ADDRESS = "http://localhost:8888/base/"
BUSY = ServerUnavailable("too_many_requests")


NOT_SIGNED_IN = Refusal("not_signed_in")
UNREACHABLE = Refusal("sign_in_unreachable")


def ask(*events: Event, not_signed_in: Refusal = NOT_SIGNED_IN) -> tuple[Outcome, Page]:
    page = Page(*events)
    outcome = page.play(parent_server_flow(not_signed_in, now=page.now))
    assert page.when(TryAmbient) == [], "the server looks for identities of its host"
    return outcome, page


def test_the_server_answers_at_once() -> None:
    outcome, page = ask(TOKEN)
    assert outcome is TOKEN
    assert page.seconds == 0


# Situation: process below the server | a hundred workers start at once | first token |
# the token, after the server has refused some of them for a second | nothing to do
def test_waits_while_the_server_gets_too_many_requests() -> None:
    outcome, page = ask(BUSY, None, BUSY, None, TOKEN)
    assert outcome is TOKEN
    assert page.when(AskParentServer) == [0, 1, 2]
    outcome, page = ask(*[BUSY, None] * 100)
    assert isinstance(outcome, Refusal)
    assert "(too_many_requests)" in describe(outcome)
    assert page.seconds <= SERVER_TIMEOUT_S


def test_a_process_whose_user_is_not_signed_in_is_told_where() -> None:
    outcome, page = ask(ServerUnavailable("sign_in_required", address=ADDRESS))
    assert isinstance(outcome, Refusal)
    assert outcome.code == "not_signed_in"
    assert f"Open {ADDRESS}azure-auth/, sign in, then run this again." in describe(outcome)
    assert page.seconds == 0
    outcome, _ = ask(ServerUnavailable("sign_in_required"), not_signed_in=UNREACHABLE)
    assert outcome == UNREACHABLE


# Situation: process below the server | no user is signed in, and a page is open | first token |
# waits for the user, as long as the credential does | sign in, or "Not now"
def test_waits_while_a_page_asks_the_user() -> None:
    pending = Pending("sign_in")
    outcome, page = ask(pending, pending, pending, TOKEN)
    assert outcome is TOKEN
    assert len(page.when(AskParentServer)) == 4
    outcome, _ = ask(pending, ServerUnavailable("sign_in_declined"))
    assert isinstance(outcome, Refusal)
    assert outcome.code == "denied"
    assert "this process" in describe(outcome)


ENDED = {"sign_in_required", "sign_in_declined", "too_many_requests"}


@pytest.mark.parametrize("reason", sorted(set(PARENT_SERVER) - ENDED))
def test_no_other_reason_leads_to_an_ambient_identity(reason: str) -> None:
    outcome, _ = ask(ServerUnavailable(reason))
    assert isinstance(outcome, Refusal)
    refused = DECIDED.get(reason, "server_refused")
    expected = refused if reason in REFUSED else "server_unavailable"
    assert outcome.code == ("server_gone" if reason == "server_gone" else expected)


def test_waits_for_a_silent_server_as_long_as_azure_may_take() -> None:
    outcome, page = ask()
    assert isinstance(outcome, Refusal)
    assert "(no_answer)" in describe(outcome)
    assert page.seconds == SERVER_TIMEOUT_S
