"""Runs a call that can hang."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")


def within(seconds: float, call: Callable[[], R]) -> R:
    """Return the result of a call, which continues in its thread if it takes longer.

    :raises TimeoutError: it takes longer.
    :raises Exception: its own exception.
    """
    results: list[R] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(call())
        except Exception as error:  # noqa: BLE001 (raised in the caller's thread)
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError
    return results[0]
