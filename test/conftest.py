"""A time limit for each asynchronous test."""

from __future__ import annotations

import asyncio
import functools
import inspect
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_S: Final = 280
"""Less than pytest's ``faulthandler_timeout``, which ends the whole suite. Only tests that would
never end take that long: they wait in a loop for what does not come."""


@pytest.hookimpl(hookwrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[None]:
    """Limit the time of a test that is a coroutine, before pytest-jupyter runs it."""
    test: Any = pyfuncitem.obj

    @functools.wraps(test)
    async def limited(**arguments: Any) -> None:
        await asyncio.wait_for(test(**arguments), LIMIT_S)

    if inspect.iscoroutinefunction(test):
        pyfuncitem.obj = limited
    yield
