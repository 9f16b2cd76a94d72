"""The kernel that requests a token, and the comm on which pages can reach it later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.requests import read_account
from jupyter_azure_auth.server.routes.base import APIError

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES: Final = ("id", "comm_id", "request_id")

_ID: Final = re.compile(r"[\w.-]{1,128}", re.ASCII)


@dataclass(frozen=True)
class KernelRef:
    """A kernel's claimed identity, for bookkeeping only: code in a kernel can claim any id."""

    id: str
    comm_id: str
    """A comm of the kernel that stays open, for a page that connects later."""
    request_id: str
    """The id that messages on that comm must carry."""
    account: str | None = None
    """The account that its code names. A request is also for an account that it is bound to."""


def read_kernel_ref(fields: Mapping[str, Any]) -> KernelRef | None:
    """Return the field ``kernel`` of a ``token`` request.

    :returns: None if it is absent.
    :raises APIError: if it is malformed.
    """
    kernel = fields.get("kernel")
    if kernel is None:
        return None
    names = [kernel.get(name) for name in _NAMES] if isinstance(kernel, dict) else []
    read = [name for name in names if isinstance(name, str) and _ID.fullmatch(name)]
    if len(read) != len(_NAMES):
        raise APIError(HTTPStatus.BAD_REQUEST, "invalid_message", '"kernel" is malformed.')
    kernel_id, comm_id, request_id = read
    return KernelRef(kernel_id, comm_id, request_id, read_account(kernel))
