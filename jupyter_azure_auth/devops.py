"""User name and password for Azure DevOps: its Git repositories and its package feeds."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from jupyter_azure_auth.az import stand_in

if TYPE_CHECKING:
    from collections.abc import Mapping

RESOURCE: Final = "499b84ac-1321-427f-aa17-267ca6975798"
"""Azure DevOps in Entra."""

_REPOSITORY: Final = re.compile(
    r"https://(?:dev\.azure\.com|[a-z0-9-]+\.visualstudio\.com)(?::443)?", re.ASCII | re.IGNORECASE
)

_FEED: Final = re.compile(
    r"https://(?:[\w.%~:-]*@)?(?:pkgs\.dev\.azure\.com|[a-z0-9-]+\.pkgs\.visualstudio\.com)"
    r"(?::443)?(?:[/?#]\S*)?",
    re.ASCII | re.IGNORECASE,
)
"""Matched as texts, not parsed: parsers disagree on which host an unusual address has."""


class Login(NamedTuple):
    """What HTTP Basic authentication requires. Azure DevOps accepts any user name with a token."""

    username: str
    password: str
    expires_on: int
    """Epoch seconds."""

    def __repr__(self) -> str:
        """Return a text without the password."""
        return f"Login({self.username!r})"


def is_repository(url: str) -> bool:
    """Whether this is the address of a host of Git repositories in Azure DevOps."""
    return _REPOSITORY.fullmatch(url) is not None


def is_feed(url: str) -> bool:
    """Whether this is the address of a package feed in Azure DevOps."""
    return _FEED.fullmatch(url) is not None


def log_in(username: str | None, environ: Mapping[str, str] = os.environ) -> Login:
    """Return a login with the user's token, which is valid for at most ten minutes.

    :param username: the user name in the address, if there is one.
    :raises stand_in.CommandError: there is none; its text says what to do.
    """
    answer = stand_in.ask({"--resource": RESOURCE}, environ)
    return Login(username or "AzureDevOps", answer["access_token"], int(answer["expires_on"]))
