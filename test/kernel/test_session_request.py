"""Timeouts of session requests, on a fake clock."""

from __future__ import annotations

from collections import deque
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_azure_auth.kernel.protocol import Answer, Done, Pending, Refusal, Status
from jupyter_azure_auth.kernel.session_request import Reply, _poll
from jupyter_azure_auth.kernel.wakeup import Wakeup


class Scene:
    """A kernel with scripted answers; by default there are none."""

    def __init__(self, answers: dict[float, Answer], *, answered: bool) -> None:
        self.time = 0.0
        self.asked: list[float] = []
        self.shown: list[tuple[float, str | None]] = []
        self._answers = answers
        ask = lambda _: self.asked.append(self.time)  # noqa: E731
        self.kernel: Any = SimpleNamespace(
            channel=SimpleNamespace(send=ask, page_answered=answered)
        )
        self.board: Any = SimpleNamespace(show=lambda what: self.shown.append((self.time, what)))

    def play(self) -> Reply:
        came: deque[Answer] = deque()
        call: Any = None
        now = lambda: self.time  # noqa: E731
        flow = _poll(self.kernel, call, self.board, Wakeup(), came, now=now)
        try:
            while True:
                self.time += next(flow).seconds
                if (answer := self._answers.pop(self.time, None)) is not None:
                    came.append(answer)
        except StopIteration as end:
            reply: Reply = end.value
            return reply


def test_asks_every_second_for_four_where_no_page_ever_answered() -> None:
    scene = Scene({}, answered=False)
    assert scene.play() == Refusal("no_page")
    assert scene.asked == [0, 1, 2, 3]
    assert scene.time == 4
    assert scene.shown == []


def test_waits_longer_for_a_page_that_reloads_and_says_so() -> None:
    scene = Scene({}, answered=True)
    assert scene.play() == Refusal("page_gone")
    assert scene.asked == list(range(15))
    assert scene.shown[0] == (5, "reloading")


@pytest.mark.parametrize("reply", [Status("signed-out"), Done(), Refusal("failed")])
def test_ends_with_the_first_reply(reply: Reply) -> None:
    scene = Scene({1: Pending("acquiring"), 3: reply}, answered=False)
    assert scene.play() == reply
    assert scene.asked == [0, 1, 2]


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("unknown_kind", "old_page"),
        ("unsupported_version", "old_page"),
        ("denied", "shared_kernel"),
    ],
)
def test_understands_what_a_page_means_by_it(code: str, meaning: str) -> None:
    assert Scene({1: Refusal(code)}, answered=True).play() == Refusal(meaning)
