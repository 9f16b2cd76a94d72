"""Requests tokens from the parent server if no page answers.

This is not a security boundary: the server returns tokens of the same user's sign-in.
"""

from __future__ import annotations

import http.client
import json
import os
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._server_connection import OtherCertificateError, server_connection
from jupyter_azure_auth.kernel.protocol import (
    TOKEN_LIMIT,
    IssuedToken,
    describe_trace,
    parse_answer,
)
from jupyter_azure_auth.kernel.request_flow import ServerUnavailable

from .discovery import NoParentServerError, find_parent_server
from .in_process import ask_in_process, in_process_server
from .reasons import reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth._models import TokenRequest

    from .discovery import ParentServer

READ_TIMEOUT_S: Final = 30
"""Seconds for each read of an answer: the server may have to ask Azure first."""

ANSWER_LIMIT: Final = TOKEN_LIMIT + 16 * 1024
"""Bytes of the longest answer that is read."""


@dataclass(frozen=True)
class KernelRef:
    """This kernel, as it is named in the server's list of grants."""

    id: str
    comm_id: str
    """Comm of the ``attach``, on which a page that is opened later reaches this kernel."""
    request_id: str

    def to_wire(self) -> dict[str, str]:
        """Return the field ``kernel`` of a request."""
        return {"id": self.id, "comm_id": self.comm_id, "request_id": self.request_id}


def ask_parent_server(
    request: TokenRequest,
    account: str | None,
    kernel_ref: KernelRef | None,
    environ: Mapping[str, str] = os.environ,
    *,
    waits_as: str | None = None,
) -> IssuedToken | ServerUnavailable:
    """Request a token. Blocks, so never call it in a cell's thread.

    :param account: id or user name that the token must be for; None for the signed-in account.
    :param kernel_ref: this process, if it is a kernel that a page can reach.
    :param waits_as: ``terminal`` or ``program`` if an open page may ask the user to sign in; the
        reason is then ``sign_in_pending``, and the caller asks again.
    :returns: the token, or why the server issued none.
    """
    address = None
    try:
        fields = _fields(request, account, kernel_ref)
        if waits_as is not None:
            fields["waits_as"] = waits_as
        if (here := in_process_server()) is not None:
            status, data = ask_in_process(here, fields, READ_TIMEOUT_S)
        else:
            server = find_parent_server(environ)
            address = server.address
            status, data = post(server, "token", fields)
    except NoParentServerError as error:
        return ServerUnavailable(error.reason)
    except (OSError, TimeoutError, http.client.HTTPException):
        return ServerUnavailable("no_answer")
    except Exception:  # noqa: BLE001 (its text must not be shown, and the cell must continue)
        return ServerUnavailable("failed")
    outcome = _read(status, data)
    if isinstance(outcome, IssuedToken) and not request.accepts(outcome.identity):
        outcome = ServerUnavailable("sign_in_required")  # an older server does not know the field
    if isinstance(outcome, ServerUnavailable):
        return replace(outcome, tenant_id=request.tenant_id, address=address)
    return _why_not(outcome, request, account) or outcome


def _why_not(
    told: IssuedToken, request: TokenRequest, account: str | None
) -> ServerUnavailable | None:
    """Return why a token does not fit the request, or None if it does."""
    told_account = told.account
    if told_account is not None and not request.accepts_tenant(told_account.tenant_id):
        return ServerUnavailable("wrong_tenant", request.tenant_id)
    if told_account is not None and account is not None and not told_account.matches(account):
        return ServerUnavailable("other_identity")
    return None


def _fields(
    request: TokenRequest, account: str | None, kernel_ref: KernelRef | None
) -> dict[str, Any]:
    # Only a page asks the user.
    asked = replace(request, account=account, interactive=True, prompt=False)
    if kernel_ref is None:
        return asked.to_wire()
    # A page that lists the token later has to know which account the code named.
    named = {} if request.account is None else {"account": request.account}
    return {**asked.to_wire(), "kernel": {**kernel_ref.to_wire(), **named}}


def post(
    server: ParentServer, route: str, fields: Mapping[str, Any], timeout: float = READ_TIMEOUT_S
) -> tuple[int, Any]:
    """Return the status and the parsed body of an answer; None if it is not JSON.

    :param route: what follows ``azure-auth/``.
    :param timeout: seconds for each read.
    :raises NoParentServerError: the server presents a certificate other than its own.
    :raises OSError: it does not answer.
    :raises http.client.HTTPException: its answer is not HTTP.
    """
    try:
        with server_connection(
            server.host,
            server.port,
            timeout,
            secure=server.certificate is not None,
            certificate=server.certificate,
        ) as connection:
            headers = {"Content-Type": "application/json", **server.headers}
            path = f"{server.path}azure-auth/{route}"
            connection.request("POST", path, json.dumps(fields).encode(), headers)
            answer = connection.getresponse()
            return answer.status, _parsed(answer.read(ANSWER_LIMIT + 1))
    except OtherCertificateError:
        raise NoParentServerError("wrong_certificate") from None


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text) if len(text) <= ANSWER_LIMIT else None
    except (ValueError, RecursionError):
        return None


def _read(status: int, data: Any) -> IssuedToken | ServerUnavailable:
    if not isinstance(data, dict):
        return ServerUnavailable("invalid_answer")
    if status != HTTPStatus.OK:
        return ServerUnavailable(reason_of(data), trace=describe_trace(data.get("trace")))
    answer = parse_answer({**data, "kind": "token", "request_id": "", "request": None}, "")
    if not isinstance(answer, IssuedToken):
        return ServerUnavailable("invalid_answer")
    return replace(answer, origin="server")
