"""The constructor's decision as a truth table, and its sign-in with fakes for its two methods."""

from __future__ import annotations

import io
import sys
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_azure_auth.azureml.sign_in import (
    COMPLETED_MESSAGE,
    STARTED_MESSAGE,
    ExistingSignIn,
    NoPromptTarget,
    Prompt,
    PromptTarget,
    SignInRequest,
    SignInSource,
    UseExisting,
    decide,
    prompt_target,
    sign_in,
)
from jupyter_azure_auth.kernel.protocol import Refusal
from jupyter_azure_auth.kernel.terminal.place import prompt_place

SCOPE = "https://management.azure.com/.default"
ADA = ExistingSignIn("session", "ada@contoso.com")
SAVED = ExistingSignIn("saved", "ada@contoso.com")
MACHINE = ExistingSignIn("machine", "managed identity")
NO_SIGN_IN = Refusal("sign_in_required")


class FakeSignInMethod:
    """Returns scripted answers and records the calls."""

    account = None

    def __init__(
        self, there: ExistingSignIn | Refusal, prompted: ExistingSignIn | Refusal = ADA
    ) -> None:
        self.asked: list[str] = []
        self.there, self.prompted = there, prompted

    def find_existing(self, scope: str) -> ExistingSignIn | Refusal:
        self.asked.append(f"look {scope}")
        return self.there

    def prompt(self, scope: str) -> ExistingSignIn | Refusal:
        self.asked.append(f"prompt {scope}")
        return self.prompted

    def get_token(self, *_scopes: str, **_options: Any) -> Any:
        raise AssertionError("not before a sign-in")

    get_token_info = get_token


LOOK, PROMPT = [f"look {SCOPE}"], [f"prompt {SCOPE}"]


NO_KERNEL = Refusal("no_kernel")


@pytest.mark.parametrize(
    ("place", "there", "kept", "asked"),
    [
        # In JupyterLab: an existing identity, otherwise the page prompts; the terminal never does.
        ("page", ADA, SAVED, {"page": LOOK, "terminal": []}),
        ("page", MACHINE, SAVED, {"page": LOOK, "terminal": []}),
        ("page", NO_SIGN_IN, SAVED, {"page": LOOK + PROMPT, "terminal": []}),
        # In a terminal: an interactive sign-in takes precedence over the machine's identity.
        ("terminal", MACHINE, SAVED, {"page": [], "terminal": LOOK}),
        ("terminal", MACHINE, NO_SIGN_IN, {"page": LOOK, "terminal": LOOK}),
        ("terminal", NO_KERNEL, NO_SIGN_IN, {"page": LOOK, "terminal": LOOK + PROMPT}),
        ("nowhere", MACHINE, SAVED, {"page": LOOK, "terminal": []}),
    ],
)
def test_which_source_is_asked(
    place: PromptTarget,
    there: ExistingSignIn | Refusal,
    kept: ExistingSignIn | Refusal,
    asked: dict[str, list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    page, terminal = FakeSignInMethod(there), FakeSignInMethod(kept)
    outcome = sign_in(SignInRequest(), SCOPE, place, page, terminal)
    assert {"page": page.asked, "terminal": terminal.asked} == asked
    assert isinstance(outcome, tuple)
    tokens, found = outcome
    by_terminal = place == "terminal" and found is not MACHINE
    assert tokens is (terminal if by_terminal else page)
    prompted = PROMPT[0] in page.asked + terminal.asked
    assert capsys.readouterr().out == (
        f"{STARTED_MESSAGE}\n{COMPLETED_MESSAGE}\n" if prompted else ""
    )


@pytest.mark.parametrize("place", ["page", "terminal"])
def test_force_asks_at_once(place: PromptTarget) -> None:
    page, terminal = FakeSignInMethod(MACHINE), FakeSignInMethod(SAVED)
    outcome = sign_in(SignInRequest(force=True), SCOPE, place, page, terminal)
    here, elsewhere = (page, terminal) if place == "page" else (terminal, page)
    assert outcome == (here, ADA)
    assert (here.asked, elsewhere.asked) == (PROMPT, [])


@pytest.mark.parametrize(
    ("wanted", "place", "there", "code"),
    [
        (SignInRequest(force=True), "nowhere", MACHINE, "not_interactive"),
        (SignInRequest(), "nowhere", Refusal("no_kernel"), "not_interactive"),
        (SignInRequest(tenant_id="b" * 8), "nowhere", MACHINE, "not_interactive"),
        (SignInRequest(), "nowhere", Refusal("not_signed_in"), "not_signed_in"),
        # A source that did not answer the first request gets no second one.
        (SignInRequest(), "page", Refusal("no_page"), "no_page"),
        (SignInRequest(), "page", Refusal("unavailable"), "unavailable"),
    ],
)
def test_says_that_no_user_can_be_asked(
    wanted: SignInRequest,
    place: PromptTarget,
    there: ExistingSignIn | Refusal,
    code: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page, terminal = FakeSignInMethod(there), FakeSignInMethod(SAVED)
    outcome = sign_in(wanted, SCOPE, place, page, terminal)
    assert isinstance(outcome, Refusal)
    assert outcome.code == code
    assert PROMPT[0] not in page.asked + terminal.asked
    assert capsys.readouterr().out == ""


def test_a_failed_sign_in_is_not_reported_as_done(capsys: pytest.CaptureFixture[str]) -> None:
    page = FakeSignInMethod(NO_SIGN_IN, Refusal("cancelled"))
    assert sign_in(SignInRequest(), SCOPE, "page", page, FakeSignInMethod(NO_SIGN_IN)) == Refusal(
        "cancelled"
    )
    assert capsys.readouterr().out == f"{STARTED_MESSAGE}\n"


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def closed() -> io.StringIO:
    """Return the stream of a process that runs in the background."""
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize(
    ("kernel", "environ", "screen", "place"),
    [
        (True, {}, None, "page"),
        (False, {}, Screen(), "terminal"),
        (False, {}, io.StringIO(), "nowhere"),
        (False, {}, None, "nowhere"),
        (False, {}, closed(), "nowhere"),
        (False, {}, SimpleNamespace(write=print), "nowhere"),
        # `!python script.py` in a cell: the terminal belongs to the kernel.
        (False, {"JPY_PARENT_PID": "1"}, Screen(), "nowhere"),
    ],
)
def test_where_a_user_can_be_asked(
    kernel: bool,  # noqa: FBT001
    environ: dict[str, str],
    screen: object,
    place: PromptTarget,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "stderr", screen)
    assert prompt_target(environ, kernel=kernel) == place


@pytest.mark.parametrize(
    ("content", "place"),
    [({"allow_stdin": True}, "front_end"), ({"allow_stdin": False}, None), ({}, None)],
)
def test_a_kernel_can_prompt_only_if_input_is_allowed(
    content: dict[str, bool], place: str | None
) -> None:
    kernel = SimpleNamespace(get_parent=lambda _channel: {"content": content})
    assert prompt_place(kernel, {}) == place


CONTOSO = "c0000000-1111-4222-8333-000000000001"
FABRIKAM = "fab00000-1111-4222-8333-000000000002"

THERE: dict[str, ExistingSignIn | None] = {
    "nothing": None,
    "session": ExistingSignIn("session", "ada@contoso.com", CONTOSO, "AzureCloud"),
    "saved": ExistingSignIn("saved", "ada@contoso.com", CONTOSO, "AzureCloud"),
    "azure-cli": ExistingSignIn("azure-cli", "bob@contoso.com", CONTOSO, "AzureCloud"),
    "machine": ExistingSignIn("machine", "managed identity", CONTOSO, "AzureCloud"),
}
TENANTS = {"none": None, "same": CONTOSO, "other": FABRIKAM}
CLOUDS = {"none": None, "same": "AzureCloud", "other": "AzureChinaCloud"}

NO_PROMPT = {
    (there, "not forced", tenant, cloud)
    for there in ("session", "saved", "azure-cli", "machine")
    for tenant in ("none", "same")
    for cloud in ("none", "same")
}
"""The rows without a prompt; all other rows have one."""

ROWS = list(product(THERE, ("not forced", "forced"), TENANTS, CLOUDS))
PLACES: list[PromptTarget] = ["page", "terminal", "nowhere"]


@pytest.mark.parametrize("row", ROWS, ids=", ".join)
def test_the_truth_table(row: tuple[str, str, str, str]) -> None:
    there, force, tenant, cloud = row
    wanted = SignInRequest(force == "forced", TENANTS[tenant], CLOUDS[cloud])
    found = THERE[there]
    outcomes = {place: decide(wanted, found, place) for place in PLACES}
    if row in NO_PROMPT:
        assert found is not None
        assert set(outcomes.values()) == {UseExisting(found.username)}
    else:
        assert outcomes == {
            # The prompt is for the requested tenant and cloud, or for the user's defaults.
            "page": Prompt("page", TENANTS[tenant], CLOUDS[cloud]),
            "terminal": Prompt("terminal", TENANTS[tenant], CLOUDS[cloud]),
            # Never with the identity of the machine.
            "nowhere": NoPromptTarget(),
        }


def test_has_each_row_once() -> None:
    assert len(ROWS) == 5 * 2 * 3 * 3
    assert len(NO_PROMPT) == 16


@pytest.mark.parametrize("source", ["session", "saved", "azure-cli", "machine"])
def test_a_guest_of_that_tenant_is_not_asked(source: SignInSource) -> None:
    guest = ExistingSignIn(source, "ada@contoso.com", FABRIKAM)
    assert decide(SignInRequest(tenant_id=FABRIKAM), guest, "page") == UseExisting(
        "ada@contoso.com"
    )


def test_a_token_without_a_tenant_does_not_match_a_requested_one() -> None:
    machine = ExistingSignIn("machine", "managed identity")
    assert decide(SignInRequest(), machine, "nowhere") == UseExisting("managed identity")
    assert decide(SignInRequest(tenant_id=CONTOSO), machine, "nowhere") == NoPromptTarget()


def test_the_account_asked_for_by_domain_belongs_to_it() -> None:
    found = ExistingSignIn("session", "ada@contoso.com", CONTOSO)
    assert decide(SignInRequest(tenant_id="contoso.com"), found, "page") == UseExisting(
        "ada@contoso.com"
    )
    capital = SignInRequest(tenant_id=CONTOSO.upper())
    assert decide(capital, found, "page") == UseExisting("ada@contoso.com")
