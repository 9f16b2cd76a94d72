"""``POST <base>/azure-auth/activity``: which process got or was refused which token."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._validation import is_name
from jupyter_azure_auth.server.process_access.activity import Activity
from jupyter_azure_auth.server.routes.base import APIError, AuthenticatedJSONHandler
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.process_access.token_service import KernelTokenService

_ID: Final = re.compile(r"[\w.-]{1,128}", re.ASCII)
"""Too short for a token."""

_IDS: Final = frozenset({"id", "kernel_id", "result", "uti"})
_NEEDED: Final = ("id", "resource", "result")
_OPTIONAL: Final = ("kernel_id", "name", "account_id", "username", "source", "uti")


class ActivityRoute(AuthenticatedJSONHandler):
    """Returns the activity log; pages add what they themselves gave to their kernels."""

    def initialize(self, token_service: KernelTokenService) -> None:
        """Store the token service, which all requests share."""
        self._activity = token_service.activity

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the newest entries of this user, newest first."""
        user_key, entry = user_key_of(self), fields.get("entry")
        if entry is not None:
            if not self.is_from_page:
                raise APIError(HTTPStatus.FORBIDDEN, "forbidden", "Only pages may add entries.")
            self._activity.record(user_key, _read(entry))
            return {}
        return {"activity": self._activity.of(user_key)}


def _read(entry: object) -> Activity:
    if not isinstance(entry, dict):
        raise _malformed("entry")
    needed = {name: entry.get(name) for name in _NEEDED}
    given = {name: entry[name] for name in _OPTIONAL if entry.get(name) is not None}
    for name, value in [*needed.items(), *given.items()]:
        if not is_name(value) or (name in _IDS and not _ID.fullmatch(value)):
            raise _malformed(name)
    by_program = entry.get("by_program", False)
    if not isinstance(by_program, bool):
        raise _malformed("by_program")
    fixed = {"process": "kernel", "reported_by": "page", "by_program": by_program}
    return Activity(**{**fixed, **needed, **given})


def _malformed(name: str) -> APIError:
    return APIError(HTTPStatus.BAD_REQUEST, "invalid_message", f'"{name}" is malformed.')
