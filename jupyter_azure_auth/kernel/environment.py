"""The variables of programs that do not know this package, in a kernel that already runs."""

from __future__ import annotations

import http.client
import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.endpoint_variables import (
    AZ_VARIABLE,
    ENDPOINT_VARIABLES,
    HOST_VARIABLES,
    environment,
)
from jupyter_azure_auth.kernel.parent_server.client import post
from jupyter_azure_auth.kernel.parent_server.discovery import (
    NoParentServerError,
    find_parent_server,
)

if TYPE_CHECKING:
    from collections.abc import MutableMapping

TIMEOUT_S: Final = 5
"""Seconds for each read, during which the kernel runs no cell."""


def update_environment(kernel_id: str, environ: MutableMapping[str, str] = os.environ) -> None:
    """Set the variables of this kernel, or remove them, as its server says.

    The server calls this when its user turns the identity endpoint on or off. Does nothing if the
    server does not answer, or the variables are those of another identity.
    """
    without = environment(environ, {})
    if any(without.get(name) for name in HOST_VARIABLES):
        return
    try:
        server = find_parent_server(environ)
        status, data = post(server, "terminal", {"kernel_id": kernel_id}, TIMEOUT_S)
    except (NoParentServerError, OSError, http.client.HTTPException):
        return
    given = data.get("variables") if isinstance(data, dict) else None
    if status != HTTPStatus.OK or not isinstance(given, dict):
        return
    names = (*ENDPOINT_VARIABLES, AZ_VARIABLE)
    after = environment(environ, {name: str(given[name]) for name in names if name in given})
    for name in {*environ, *after}:
        if name not in after:
            del environ[name]
        elif after[name] != environ.get(name):
            environ[name] = after[name]
