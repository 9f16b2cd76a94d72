"""``POST <base>/azure-auth/activity``: which process got or was refused which token."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._validation import are_scopes, is_name, to_name
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
_SHOWN: Final = frozenset({"name", "username"})
"""Only shown: no such text, such as the name of a file, keeps an entry out of the log."""


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
    shown = {name: _to_name(entry.get(name)) for name in _SHOWN}
    given = {
        name: value for name in _OPTIONAL if (value := {**entry, **shown}.get(name)) is not None
    }
    for name, value in [*needed.items(), *given.items()]:
        is_valid = _is_resource(value) if name == "resource" else is_name(value)
        if not is_valid or (name in _IDS and not _ID.fullmatch(value)):
            raise _malformed(name)
    by_program = entry.get("by_program", False)
    if not isinstance(by_program, bool):
        raise _malformed("by_program")
    fixed = {"process": "kernel", "reported_by": "page", "by_program": by_program}
    return Activity(**{**fixed, **needed, **given})


def _is_resource(value: object) -> bool:
    """Whether the value is what a scope names; Microsoft Graph's own scopes name nothing."""
    return value == "" or are_scopes([value])


def _to_name(value: object) -> object:
    """Return a text as a name, and None for an empty one. Other values are not valid anyway."""
    return (to_name(value) or None) if isinstance(value, str) else value


def _malformed(name: str) -> APIError:
    return APIError(HTTPStatus.BAD_REQUEST, "invalid_message", f'"{name}" is malformed.')
