"""The secrets that a process still holds, even those that no API returns any more."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any


def is_held(secret: str, *, apart_from: object = None) -> bool:
    """Whether any live object has a text that contains this secret.

    :param apart_from: the test's own record, such as requests at the authority.
    """
    gc.collect()
    own = {id(part) for part in parts(apart_from)}
    return any(
        isinstance(text, str) and secret in text
        for one in gc.get_objects()
        if id(one) not in own
        for text in texts_of(one)
    )


def parts(one: object) -> Iterator[object]:
    yield one
    for inner in one.values() if isinstance(one, dict) else one if isinstance(one, list) else ():
        yield from parts(inner)


def texts_of(one: Any) -> list[object]:
    if isinstance(one, dict):
        return list(one.values())
    return list(one) if type(one) in {list, tuple, set} else []
