"""The three magics. Their output contains no token, code or object id."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import ClientAuthenticationError
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from jupyter_azure_auth._clouds import CLOUDS, DEFAULT_CLOUD
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.ambient import azure_cli
from jupyter_azure_auth.ambient.sources import ambient_sources
from jupyter_azure_auth.errors import describe
from jupyter_azure_auth.kernel.attach import attach, tokens
from jupyter_azure_auth.kernel.broker import process_broker
from jupyter_azure_auth.kernel.dashboard import dashboard_text
from jupyter_azure_auth.kernel.protocol import Candidate, Refusal, Status, StatusOrSignOut
from jupyter_azure_auth.kernel.settings import Settings
from jupyter_azure_auth.kernel.status_and_sign_out import send_status_or_sign_out
from jupyter_azure_auth.kernel.terminal.login import login
from jupyter_azure_auth.kernel.terminal.sign_in import end_terminal_sign_in, terminal_sign_in

from .formatting import (
    azure_cli_lines,
    held_username,
    holder_lines,
    signed_in_text,
    status_lines,
    status_without_page,
    terminal_lines,
    token_lines,
    unverified_tenants,
)

if TYPE_CHECKING:
    import argparse

    from jupyter_azure_auth.kernel.status_and_sign_out import Reply


class AzureMagicError(Exception):
    """An error that IPython shows as one line, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"Azure: {self}"]


class SharedKernelError(AzureMagicError):
    """The page does not say who its user is, because others also use this kernel."""


@magics_class
class AzureMagics(Magics):
    """Sign in to Azure, sign out, and show the identity that a kernel uses."""

    @magic_arguments()
    @argument("--tenant", metavar="T", help="Directory to sign in to: its id or a domain.")
    @argument("--cloud", metavar="C", help="Cloud: " + ", ".join(CLOUDS) + ".")
    @argument("--force", action="store_true", help="Prompt me even if I am signed in.")
    @argument(
        *("--scope", "-s"),
        metavar="S",
        nargs="+",
        action="extend",
        help="Scopes to get tokens for, e.g. https://storage.azure.com/.default.",
    )
    @line_magic
    def azure_login(self, line: str) -> None:
        """Sign in to Azure and print the account. Asks only if you are not signed in yet.

        The token stays in this process, where credentials use it. Without JupyterLab, a browser
        opens; without a browser, you get a code to enter.
        """
        given = _parse(self.azure_login, line)
        if given is None:
            return
        try:
            settings = Settings(_unquoted(given.tenant), _unquoted(given.cloud))
            issued = None
            for scope in map(_unquoted, given.scope or [_default_scope(settings.cloud)]):
                # One sign-in serves all of them.
                prompt = given.force and issued is None
                issued = login(settings, (str(scope),), prompt=prompt)
        except (ValueError, ClientAuthenticationError) as error:
            raise AzureMagicError(_message(error)) from None
        if issued is not None:
            _print(signed_in_text(issued))

    @magic_arguments()
    @line_magic
    def azure_logout(self, line: str) -> None:
        """Sign out of Azure in every tab of this browser and in every kernel."""
        if _parse(self.azure_logout, line) is None:
            return
        if terminal_sign_in() is not None:
            end_terminal_sign_in()
            tokens.forget_all()
            _print("Signed out of Azure in this process.")
            return
        reply = _ask(StatusOrSignOut("sign_out"))
        if reply is None:
            tokens.forget_all()
            _print("No JupyterLab page answers. Only this kernel's own tokens were removed.")
            return
        _print("Signed out of Azure.")
        now = _ask(StatusOrSignOut("status"))
        if isinstance(now, Status) and now.username:
            _print(*status_lines(now))

    @magic_arguments()
    @line_magic
    def azure_status(self, line: str) -> None:
        """Show which identity this kernel uses on Azure, its source, and why it was selected.

        Never asks you to sign in.
        """
        if _parse(self.azure_status, line) is None:
            return
        process_broker.forget_after_sign_out()
        here, username = terminal_sign_in(), held_username(tokens)
        try:
            reply = _ask(StatusOrSignOut("status")) if here is None else None
        except SharedKernelError:
            if not username:
                raise
            _print(*holder_lines(username, None), *token_lines(tokens))
            return
        if here is not None:
            lines, username = terminal_lines(here.account), here.account.username
        elif isinstance(reply, Status):
            lines = [*holder_lines(username, reply), *status_lines(reply)]
            username = username or reply.username
        else:
            lines = status_without_page(tokens, _ambient_candidates())
            dashboard = dashboard_text(os.environ)
            lines += [] if dashboard is None else [dashboard]
        cli_user = azure_cli.known_user(os.environ)
        _print(
            *lines,
            *token_lines(tokens),
            *azure_cli_lines(cli_user, username),
            *unverified_tenants(tokens),
        )


def _parse(magic: Any, line: str) -> argparse.Namespace | None:
    """Return the arguments of a magic, or None after printing its help."""
    if not {"-h", "--help"}.isdisjoint(line.split()):
        _print(magic.parser.format_help().rstrip())
        return None
    given: argparse.Namespace = parse_argstring(magic, line)
    return given


def _ask(request: StatusOrSignOut) -> Reply | None:
    """Return the page's reply, or None if there is no page.

    :raises AzureMagicError: the page refused, or does not answer a sign-out.
    """
    kernel = attach()
    if kernel is None:
        return None
    reply = send_status_or_sign_out(kernel, request)
    if not isinstance(reply, Refusal):
        return reply
    if reply.code == "no_page" or (reply.code, request.kind) == ("page_gone", "status"):
        return None
    refused = SharedKernelError if reply.code == "shared_kernel" else AzureMagicError
    raise refused(describe(reply))


def _ambient_candidates() -> list[Candidate]:
    """Return the ambient sources, from which a kernel without a page gets its tokens."""
    ambient_request = TokenRequest((CLOUDS[DEFAULT_CLOUD].manager_scope,))
    sources = ambient_sources(dict(os.environ), Path("/"), allowed=None)
    reasons = [(source.name, source.why_unavailable(ambient_request)) for source in sources]
    return [
        Candidate(name, "unavailable", reason.sentence) if reason else Candidate(name, "available")
        for name, reason in reasons
    ]


def _default_scope(cloud: str | None) -> str:
    """Return the scope of Resource Manager, which every user may use."""
    known = CLOUDS.get(cloud or DEFAULT_CLOUD)
    if known is None:
        raise ValueError(
            f"Pass --scope for that cloud, or use one of the clouds {', '.join(CLOUDS)}."
        )
    return known.manager_scope


def _unquoted(text: str | None) -> str | None:
    """Return the text without quotes, which IPython leaves in arguments (9.18)."""
    quoted = text is not None and len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if text is not None and quoted else text


def _message(error: Exception) -> str:
    return str(getattr(error, "message", None) or error).replace("\n", " ")


def _print(*lines: str) -> None:
    print(*lines, sep="\n")  # noqa: T201 (a magic's output)
