"""The constructor's sign-in, with fakes for the page and the terminal."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from jupyter_azure_auth.azureml.decide import Found, Place, Wanted
from jupyter_azure_auth.azureml.sign_in import BEGUN, DONE, sign_in, where
from jupyter_azure_auth.kernel.protocol import Refusal

SCOPE = "https://management.azure.com/.default"
ADA = Found("session", "ada@contoso.com")
SAVED = Found("saved", "ada@contoso.com")
MACHINE = Found("machine", "managed identity")
NOBODY = Refusal("sign_in_required")


class Way:
    """Returns scripted answers and records the calls."""

    account = None

    def __init__(self, there: Found | Refusal, prompted: Found | Refusal = ADA) -> None:
        self.asked: list[str] = []
        self.there, self.prompted = there, prompted

    def look(self, scope: str) -> Found | Refusal:
        self.asked.append(f"look {scope}")
        return self.there

    def prompt(self, scope: str) -> Found | Refusal:
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
        ("page", NOBODY, SAVED, {"page": LOOK + PROMPT, "terminal": []}),
        # In a terminal: an interactive sign-in takes precedence over the machine's identity.
        ("terminal", MACHINE, SAVED, {"page": [], "terminal": LOOK}),
        ("terminal", MACHINE, NOBODY, {"page": LOOK, "terminal": LOOK}),
        ("terminal", NO_KERNEL, NOBODY, {"page": LOOK, "terminal": LOOK + PROMPT}),
        ("nowhere", MACHINE, SAVED, {"page": LOOK, "terminal": []}),
    ],
)
def test_who_is_asked(
    place: Place,
    there: Found | Refusal,
    kept: Found | Refusal,
    asked: dict[str, list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    page, terminal = Way(there), Way(kept)
    outcome = sign_in(Wanted(), SCOPE, place, page, terminal)
    assert {"page": page.asked, "terminal": terminal.asked} == asked
    assert isinstance(outcome, tuple)
    tokens, found = outcome
    by_terminal = place == "terminal" and found is not MACHINE
    assert tokens is (terminal if by_terminal else page)
    prompted = PROMPT[0] in page.asked + terminal.asked
    assert capsys.readouterr().out == (f"{BEGUN}\n{DONE}\n" if prompted else "")


@pytest.mark.parametrize("place", ["page", "terminal"])
def test_force_asks_at_once(place: Place) -> None:
    page, terminal = Way(MACHINE), Way(SAVED)
    outcome = sign_in(Wanted(force=True), SCOPE, place, page, terminal)
    here, elsewhere = (page, terminal) if place == "page" else (terminal, page)
    assert outcome == (here, ADA)
    assert (here.asked, elsewhere.asked) == (PROMPT, [])


@pytest.mark.parametrize(
    ("wanted", "place", "there", "code"),
    [
        (Wanted(force=True), "nowhere", MACHINE, "nobody_to_ask"),
        (Wanted(), "nowhere", Refusal("no_kernel"), "nobody_to_ask"),
        (Wanted(tenant_id="b" * 8), "nowhere", MACHINE, "nobody_to_ask"),
        (Wanted(), "nowhere", Refusal("child_process"), "child_process"),
        # A source that did not answer the first request gets no second one.
        (Wanted(), "page", Refusal("no_page"), "no_page"),
        (Wanted(), "page", Refusal("unavailable"), "unavailable"),
    ],
)
def test_where_nobody_can_be_asked_it_says_so(
    wanted: Wanted,
    place: Place,
    there: Found | Refusal,
    code: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page, terminal = Way(there), Way(SAVED)
    outcome = sign_in(wanted, SCOPE, place, page, terminal)
    assert isinstance(outcome, Refusal)
    assert outcome.code == code
    assert PROMPT[0] not in page.asked + terminal.asked
    assert capsys.readouterr().out == ""


def test_a_sign_in_that_fails_does_not_say_it_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    page = Way(NOBODY, Refusal("cancelled"))
    assert sign_in(Wanted(), SCOPE, "page", page, Way(NOBODY)) == Refusal("cancelled")
    assert capsys.readouterr().out == f"{BEGUN}\n"


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("kernel", "environ", "screen", "place"),
    [
        (True, {}, None, "page"),
        (False, {}, Screen(), "terminal"),
        (False, {}, io.StringIO(), "nowhere"),
        (False, {}, None, "nowhere"),
        # `!python script.py` in a cell: the terminal belongs to the kernel.
        (False, {"JPY_PARENT_PID": "1"}, Screen(), "nowhere"),
    ],
)
def test_where_a_user_can_be_asked(
    kernel: bool,  # noqa: FBT001
    environ: dict[str, str],
    screen: io.StringIO | None,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "stderr", screen)
    assert where(environ, kernel=kernel) == place
