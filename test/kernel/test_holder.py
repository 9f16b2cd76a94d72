"""A kernel tells pages which account it acts as, and says in a request whose token it holds."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_azure_auth.kernel.magics.formatting import holder_lines
from jupyter_azure_auth.kernel.protocol import Status
from test.kernel.fake_kernel import FakeKernel, open_fake_kernel


@pytest.fixture
def fake_kernel(monkeypatch: pytest.MonkeyPatch) -> FakeKernel:
    return open_fake_kernel(monkeypatch)


def sessions_of(fake_kernel: FakeKernel, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return the header of the messages that the kernel handles from now on."""
    header: dict[str, Any] = {"session": "of-bob"}
    monkeypatch.setattr(fake_kernel.publisher, "parent", lambda: {"header": {**header}})
    return header


# Situation: kernel of several users | Alice opens its page after Bob gave a token | her first cell
# | Bob's token | her page says which account it acts as
def test_pages_learn_which_account_a_kernel_acts_as(
    fake_kernel: FakeKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = sessions_of(fake_kernel, monkeypatch)
    channel, told = fake_kernel.channel, fake_kernel.publisher.told
    channel.tell_holder()
    assert told == [], "there is no token"
    fake_kernel.at(1, lambda: fake_kernel.give("t", username="bob"))
    assert fake_kernel.ask() == "t"
    comm_id, asked = fake_kernel.publisher.opened[-1]
    notice = (
        comm_id,
        {
            "target": "jupyter-azure-auth",
            "version": 1,
            "kind": "holder",
            "request_id": asked["request_id"],
            "username": "bob",
        },
    )
    assert told == [notice]
    for session, times in (("of-bob", 1), ("of-alice", 2), ("of-alice", 2), ("of-bob", 2)):
        header["session"] = session
        channel.tell_holder()
        assert told == [notice] * times, session
    channel.forget_identity()
    header["session"] = "of-eve"
    channel.tell_holder()
    assert len(told) == 2, "the user has signed out"


@pytest.mark.parametrize(("given_at", "told_at_once"), [(0, 0), (1.5, 1)])
def test_the_kernel_of_one_user_tells_pages_that_may_be_asking(
    fake_kernel: FakeKernel, monkeypatch: pytest.MonkeyPatch, given_at: float, told_at_once: int
) -> None:
    header = sessions_of(fake_kernel, monkeypatch)
    channel, told = fake_kernel.channel, fake_kernel.publisher.told
    fake_kernel.at(given_at, lambda: fake_kernel.give("t", username="bob", shared=False))
    assert fake_kernel.ask() == "t"
    assert len(told) == told_at_once, "another page asks its user only after a repetition"
    channel.tell_holder()
    assert len(told) == told_at_once
    header["session"] = "of-alice"  # The server may have got a second user since.
    channel.tell_holder()
    assert told[-1][1]["username"] == "bob"
    assert len(told) == told_at_once + 1


def test_a_request_says_whose_token_the_kernel_holds(fake_kernel: FakeKernel) -> None:
    fake_kernel.at(1, lambda: fake_kernel.give("t", username="bob", lifetime=60))
    assert fake_kernel.ask() == "t"
    assert "held_by" not in fake_kernel.publisher.opened[0][1]
    fake_kernel.at(100, lambda: fake_kernel.give("u", username="bob"))
    fake_kernel.seconds = 99.5
    assert fake_kernel.ask() == "u"
    assert fake_kernel.publisher.opened[-1][1]["held_by"] == "bob"


def test_a_cell_names_the_user_it_waits_for(fake_kernel: FakeKernel) -> None:
    asked = {"reason": "consent", "user": "Bob\n{resource}"}
    fake_kernel.at(0, lambda: fake_kernel.answer(-1, kind="pending", **asked))
    fake_kernel.at(2, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask() == "t"
    shown = fake_kernel.publisher.shown[0]
    assert shown.startswith("Waiting for Bob {resource} to agree in the Azure panel.")


@pytest.mark.parametrize("user", [5, "B" * 257, None])
def test_an_invalid_name_is_omitted(fake_kernel: FakeKernel, user: object) -> None:
    fake_kernel.at(0, lambda: fake_kernel.answer(kind="pending", reason="sign_in", user=user))
    fake_kernel.at(2, lambda: fake_kernel.give("t"))
    assert fake_kernel.ask() == "t"
    assert fake_kernel.publisher.shown[0].startswith("Waiting for you to sign in")


@pytest.mark.parametrize(
    ("username", "status", "lines"),
    [
        ("bob", None, 1),
        ("bob", Status("signed-in", username="alice"), 1),
        ("bob", Status("signed-out"), 1),
        ("bob", Status("signed-in", username="Bob"), 0),
        ("", Status("signed-in", username="alice"), 0),
    ],
)
def test_status_names_the_account_if_the_page_does_not(
    username: str, status: Status | None, lines: int
) -> None:
    said = holder_lines(username, status)
    assert len(said) == lines
    assert all("acts as bob" in line for line in said)
