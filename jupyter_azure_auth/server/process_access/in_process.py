"""Answers the credentials of this server's own process, such as those of its extensions."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.kernel.parent_server.in_process import (
    InProcessServer,
    add_server,
    remove_server,
)
from jupyter_azure_auth.server.distinct_users import has_distinct_users
from jupyter_azure_auth.server.errors import RESPONSES, AuthError
from jupyter_azure_auth.server.process_access.sign_in_prompts import read_waiting_process
from jupyter_azure_auth.server.requests import read_token_request
from jupyter_azure_auth.server.routes.base import APIError
from jupyter_azure_auth.server.user_key import SINGLE_USER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_server.auth.identity import IdentityProvider

    from jupyter_azure_auth.kernel.parent_server.in_process import InProcessResponse
    from jupyter_azure_auth.server.process_access.token_service import KernelTokenService
    from jupyter_azure_auth.server.user_key import UserKey


def owner_key(provider: IdentityProvider) -> UserKey | None:
    """Return the key of the user whose processes run below this server; None if unknown."""
    if not has_distinct_users(provider):
        return SINGLE_USER
    owner = os.environ.get("JUPYTERHUB_USER")
    return None if owner is None else f"user:{owner}"


def serve_own_process(
    provider: IdentityProvider, token_service: KernelTokenService
) -> Callable[[], None]:
    """Answer from now on. Must be called on the event loop.

    :returns: a function that ends it.
    """

    async def answer(fields: Mapping[str, Any]) -> InProcessResponse:
        owner = owner_key(provider)
        if owner is None:
            return HTTPStatus.FORBIDDEN, {"code": "multi_user_server"}
        try:
            issued = await token_service.issue_to_kernel(
                owner, read_token_request(fields), None, read_waiting_process(fields)
            )
        except APIError as error:
            return error.status_code, {"code": error.code, **error.extra}
        except AuthError as problem:
            code, reason = problem.code, problem.reason
            return RESPONSES[code].status, {"code": code, "reason": reason}
        return HTTPStatus.OK, issued.to_wire()

    server = InProcessServer(answer)
    add_server(server)
    return lambda: remove_server(server)
