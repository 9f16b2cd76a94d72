"""Which kernel asks, and where pages can reach it later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.gate import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES: Final = ("id", "comm_id", "request_id")

_ID: Final = re.compile(r"[\w.-]{1,128}", re.ASCII)


@dataclass(frozen=True)
class KernelCaller:
    """A kernel as it names itself: for the books, since any code in a kernel can say any name."""

    id: str
    comm_id: str
    """A comm of it that stays open, for a page that comes later."""
    request_id: str
    """What messages on that comm have to name."""


def read_caller(fields: Mapping[str, Any]) -> KernelCaller | None:
    """Read the field ``kernel`` of ``token``.

    :returns: None if it is absent.
    :raises Refusal: it is malformed.
    """
    kernel = fields.get("kernel")
    if kernel is None:
        return None
    names = [kernel.get(name) for name in _NAMES] if isinstance(kernel, dict) else []
    checked = [name for name in names if isinstance(name, str) and _ID.fullmatch(name)]
    if len(checked) != len(_NAMES):
        raise Refusal(HTTPStatus.BAD_REQUEST, "invalid_message", '"kernel" is malformed.')
    return KernelCaller(*checked)
