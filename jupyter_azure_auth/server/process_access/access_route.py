"""``POST <base>/azure-auth/access``: the user revokes the access of a process, or restores it."""

from __future__ import annotations

import re
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.process_access.permissions import PROGRAMS
from jupyter_azure_auth.server.requests import read_flag
from jupyter_azure_auth.server.routes.base import APIError, AuthenticatedJSONHandler
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.process_access.token_service import KernelTokenService

_ID: Final = re.compile(r"[\w.-]{1,128}", re.ASCII)


class AccessRoute(AuthenticatedJSONHandler):
    """Revokes or restores the access of a kernel or of all programs, or reads the setting again."""

    def initialize(self, token_service: KernelTokenService) -> None:
        """Store the token service, which all requests share."""
        self._token_service = token_service

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return which processes are refused, and the user's setting as it is stored."""
        if not self.is_from_page:
            raise APIError(HTTPStatus.FORBIDDEN, "forbidden", "Only pages may change this.")
        user_key, process = user_key_of(self), _process(fields)
        permissions = self._token_service.permissions
        if fields.get("revoked") is None:
            with suppress(AuthError):  # it is the processes that are refused
                await permissions.check(user_key, process, refresh=True)
        elif read_flag(fields, "revoked"):
            self._token_service.revoke(user_key, process)
        else:
            permissions.restore(user_key, process)
        return {
            "revoked": permissions.list_revoked(user_key),
            "kernel_access": await permissions.read_setting(),
        }


def _process(fields: Mapping[str, Any]) -> str:
    kernel_id = fields.get("kernel_id")
    if kernel_id is None:
        return PROGRAMS
    if isinstance(kernel_id, str) and _ID.fullmatch(kernel_id):
        return kernel_id
    raise APIError(HTTPStatus.BAD_REQUEST, "invalid_message", '"kernel_id" is malformed.')
