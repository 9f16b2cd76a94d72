"""``POST <base>/azure-auth/doctor``: the checks of ``jupyter azure-auth doctor``, for the panel."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.process_access.in_process import owner_key
from jupyter_azure_auth.server.routes.base import APIError, AuthenticatedJSONHandler
from jupyter_azure_auth.server.thread_pool import FairThreadPool
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TIMEOUT_S: Final = 3.0
"""Seconds that Azure, the keychain and this server each have to answer."""

_POOL: Final = FairThreadPool("doctor", per_user=1, most=1)


class DoctorRoute(AuthenticatedJSONHandler):
    """Checks the installation. The checks take seconds, so they run in a thread."""

    def initialize(self, is_shared: Callable[[], bool]) -> None:
        """Store whether this server has several users."""
        self._is_shared = is_shared

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - takes no fields
        """Return the findings, which contain no token and no key."""
        user_key = user_key_of(self)
        # The checks are about the account and the machine of the server's owner.
        if user_key != owner_key(self.identity_provider) or self._is_shared():
            raise APIError(
                HTTPStatus.FORBIDDEN,
                "forbidden",
                "Only the owner of a single-user server can check it.",
            )
        # Only the address that the page itself was opened at, which has been checked.
        origin = self.request.headers.get("Origin")
        url = None if origin is None else f"{origin}{self.base_url}"
        return await _POOL.call(user_key, lambda: _report(url))


def _report(url: str | None) -> Mapping[str, Any]:
    # Slow to import, and seldom needed.
    from jupyter_azure_auth.cli.doctor.checks import run_checks  # noqa: PLC0415
    from jupyter_azure_auth.cli.doctor.context import Context  # noqa: PLC0415
    from jupyter_azure_auth.cli.doctor.render import as_fields  # noqa: PLC0415

    return as_fields(run_checks(Context(os.environ, url, TIMEOUT_S)))
