"""Tokens of a page with a clock that differs from the kernel's, on a real kernel."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from test.kernel.notebook import Notebook

if TYPE_CHECKING:
    from collections.abc import Callable

TEN_MINUTES = 600


def get(scope: str) -> str:
    return (
        f"token = credential.get_token('{scope}')\n"
        "print(token.token, round((token.expires_on - time.time()) / 60))"
    )


# Situation: browser's clock | 10 minutes ahead or behind | first token | the page's, with an
# expiry on the kernel's clock | nothing to do
@pytest.mark.parametrize("ahead", [TEN_MINUTES, -TEN_MINUTES])
def test_a_lifetime_is_measured_by_the_kernels_clock(
    notebook: Notebook, scope: str, ahead: int
) -> None:
    cell = notebook.run(get(scope))
    ends = int(time.time()) + ahead + 300
    notebook.give(notebook.asked(), "t", expires_on=ends, expires_in=300)
    assert notebook.output(cell) == "t 5"


# Situation: browser's clock | behind, so that an expired token seems valid | first token | the
# page's next token; if that has expired as well, token_expired | set the clocks
@pytest.mark.parametrize("life", [{"life": -1}, {"expires_in": -1}, {"expires_in": 0}])
def test_an_expired_token_is_never_returned(
    notebook: Notebook, scope: str, life: dict[str, int]
) -> None:
    cell = notebook.run(get(scope))
    notebook.give(notebook.asked(), "ended", **life)
    forced = notebook.asked()
    assert forced["content"]["data"]["force"] is True
    notebook.give(forced, "new")
    assert notebook.output(cell) == "new 60"
    cell = notebook.run(get(f"https://other.{scope[8:]}"))
    for _ in range(2):
        notebook.give(notebook.asked(), "ended", **life)
    assert "[token_expired]" in notebook.output(cell)


# Situation: page | an outage: it has only the token that the kernel has | a loop that asks without
# a pause | the token that is still valid, requested once | the next attempt after 30 s
def test_a_loop_asks_once_during_an_outage(fresh: Callable[..., Notebook], scope: str) -> None:
    notebook = fresh()
    same = {"expires_on": int(time.time()) + 200}
    cell = notebook.run(get(scope))
    notebook.give(notebook.asked(), "same", refresh_on=int(time.time()), **same)
    notebook.idle(cell)
    cell = notebook.run(f"print({{credential.get_token('{scope}').token for _ in range(1000)}})")
    notebook.give(notebook.asked(), "same", refresh_on=int(time.time()), **same)
    assert notebook.output(cell) == "{'same'}"
    assert notebook.kinds_asked() == ["token", "token"]
