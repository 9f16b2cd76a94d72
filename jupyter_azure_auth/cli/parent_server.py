"""The server that this process belongs to, and requests to it with the connection file's key.

The only module of the command line that knows how a process finds its server.
"""

from __future__ import annotations

import http.client
import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jupyter_azure_auth._error_catalog import PARENT_SERVER
from jupyter_azure_auth._server_connection import OtherCertificateError
from jupyter_azure_auth.kernel.parent_server.discovery import (
    NoParentServerError,
    find_parent_server,
)
from jupyter_azure_auth.kernel.parent_server.reasons import reason_of

from .exits import FAILED, NO_SERVER, NOT_SIGNED_IN, CommandError
from .local_http import ServerAddress, post

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .local_http import ServerResponse

ANSWER_TIMEOUT_S: Final = 30.0
"""Seconds for each read: the server may have to ask Azure first."""


class Unreachable(NamedTuple):
    """Why this process cannot ask a server."""

    code: str
    """One of :data:`jupyter_azure_auth._error_catalog.PARENT_SERVER`."""

    @property
    def sentence(self) -> str:
        """The text."""
        text = _TEXTS.get(self.code) or PARENT_SERVER[self.code]
        return text.format(tenant="that was asked for").replace("Run the cell", "Run this")


_TEXTS: Final = {
    "invalid_answer": (
        "Its answer cannot be read. Its version of jupyter-azure-auth may be older than this one."
    ),
    "shared_server": "It has several users, so only its pages can have tokens.",
}
"""These replace the texts for requests of credentials."""


_SIGNED_OUT: Final = ("sign_in_required", "sign_in_ended")


def reach(environ: Mapping[str, str] = os.environ) -> Unreachable | None:
    """Return why this process cannot ask its server; None if it can. Sends nothing secret."""
    try:
        _find(environ)
    except NoParentServerError as error:
        return Unreachable(error.reason)
    return None


def ask(
    route: str, fields: Mapping[str, object], environ: Mapping[str, str] = os.environ
) -> ServerResponse:
    """Return the answer of the parent server.

    :param route: what follows ``azure-auth/``.
    :raises CommandError: if there is no server, or it does not answer.
    """
    try:
        return post(_find(environ), route, fields, ANSWER_TIMEOUT_S)
    except NoParentServerError as error:
        code = error.reason
    except OtherCertificateError:
        code = "wrong_certificate"
    except (OSError, http.client.HTTPException):
        code = "no_answer"
    raise CommandError(
        f"{Unreachable(code).sentence} Run this in a JupyterLab terminal or notebook. "
        f"For details, run `jupyter azure-auth doctor`. [{code}]",
        NO_SERVER,
    )


def ask_successfully(route: str, fields: Mapping[str, object]) -> Mapping[str, Any]:
    """Return the fields of the parent server's answer.

    :raises CommandError: for the same reasons, and if the server refuses.
    """
    answer = ask(route, fields)
    if answer.status == HTTPStatus.OK:
        return answer.fields
    code = reason_of(answer.fields)
    exit_code = NOT_SIGNED_IN if code in _SIGNED_OUT else FAILED
    raise CommandError(
        f"Your Jupyter server refuses. {Unreachable(code).sentence} [{code}]", exit_code
    )


def _find(environ: Mapping[str, str]) -> ServerAddress:
    """Return the address of the parent server.

    :raises NoParentServerError: with the reason why there is none.
    """
    server = find_parent_server(environ)
    return ServerAddress(
        server.host,
        server.port,
        server.path,
        server.headers,
        secure=server.certificate is not None,
        certificate=server.certificate,
    )
