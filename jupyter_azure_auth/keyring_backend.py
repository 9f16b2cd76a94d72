"""The keyring backend with which pip and uv log in to package feeds of Azure DevOps."""

from __future__ import annotations

import os
import sys
from typing import Any

from keyring.backend import KeyringBackend

from jupyter_azure_auth.az.stand_in import ENDPOINT, CommandError
from jupyter_azure_auth.devops import is_feed, log_in


class _Priority:
    """Higher than the keychain's if programs may use the sign-in; otherwise not a usable backend.

    The server itself is not such a process, so its own keychain is not affected. keyring reads the
    priority of the class.
    """

    def __get__(self, _: object, owner: type) -> float:
        if ENDPOINT.fullmatch(os.environ.get("IDENTITY_ENDPOINT", "")) is None:
            raise RuntimeError("no program may use the sign-in here")
        return 9.9


class AzureArtifactsKeyring(KeyringBackend):  # type: ignore[misc,unused-ignore]
    """Has the token of the signed-in user for feeds, and nothing for other services."""

    priority = _Priority()  # type: ignore[assignment,unused-ignore]

    def get_password(self, service: str, username: str) -> str | None:
        """Return the token for a feed's address."""
        login = self.get_credential(service, username)
        return None if login is None else login.password

    def get_credential(self, service: str, username: str | None) -> Any:
        """Return user name and token for a feed's address; None for other services.

        pip and uv also ask for a host alone, for an address without https as well.
        """
        if not is_feed(service):
            return None
        try:
            return log_in(username)
        except CommandError as error:
            sys.stderr.write(f"jupyter-azure-auth: {error}\n")
            return None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Leave it to the next backend."""
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        """Leave it to the next backend."""
        raise NotImplementedError
