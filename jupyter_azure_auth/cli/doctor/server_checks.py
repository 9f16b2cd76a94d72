"""Checks of the running Jupyter server and its sign-in."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.cli.wording import one_line, source_name

from .finding import Finding, found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .context import Context


def check_server(context: Context) -> Finding:
    """Check that a server runs, and answers with this extension."""
    server = context.server
    if server is None:
        return found("server_not_running")
    if server.address is None:
        return found("server_unix_socket")
    answer, url = context.config_answer, server.url
    if answer is None or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return found("server_silent", url=url)
    if context.is_answered:
        return found("server_ok", url=url)
    if answer.status == HTTPStatus.NOT_FOUND:
        return found("server_without_extension", url=url)
    return found("server_refuses", url=url)


def check_configuration(context: Context) -> Finding | None:
    """Check what the server says about ``c.AzureAuth``."""
    answer = context.config_answer
    problem = None if answer is None else answer.fields.get("problem")
    return found("server_misconfigured", problem=one_line(problem)) if problem else None


def check_sign_in(context: Context) -> Finding:
    """Name the identity that the server uses."""
    session = context.session
    if session is None:
        return found("server_unknown")
    account, source = session.get("account"), source_name(session.get("source"))
    if isinstance(account, dict):
        if session.get("ambient"):
            return found("ambient", source=source)
        return found("signed_in", username=one_line(account.get("username")), source=source)
    ended = session.get("ended_by")
    return found("sign_in_ended", detail=one_line(ended)) if ended else found("signed_out")


def check_sources(context: Context) -> list[Finding]:
    """Give the reason for each source of identities that is not used."""
    rows = (context.session or {}).get("candidates")
    return [
        found(
            "source_unused",
            source=source_name(row.get("source")),
            reason=one_line(row.get("reason")),
        )
        for row in (rows if isinstance(rows, list) else [])
        if _has_reason(row)
    ]


def _has_reason(row: Any) -> bool:
    fields: Mapping[str, Any] = row if isinstance(row, dict) else {}
    return fields.get("outcome") != "selected" and bool(fields.get("reason"))
