"""The three magics. Their output contains no token, code, tenant id or object id."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from azure.core.exceptions import ClientAuthenticationError
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from jupyter_azure_auth._clouds import CLOUDS, DEFAULT_CLOUD
from jupyter_azure_auth.ambient.models import AmbientTokenRequest
from jupyter_azure_auth.ambient.sources import ambient_sources
from jupyter_azure_auth.errors import describe
from jupyter_azure_auth.kernel.attach import attach, tokens
from jupyter_azure_auth.kernel.protocol import Candidate, Refusal, SessionRequest, Status
from jupyter_azure_auth.kernel.session_request import send_session_request
from jupyter_azure_auth.kernel.settings import Settings
from jupyter_azure_auth.kernel.sign_in import sign_in

from .formatting import signed_in_text, status_lines, status_without_page, unverified_tenants

if TYPE_CHECKING:
    from jupyter_azure_auth.kernel.session_request import Reply


class AzureMagicError(Exception):
    """An error that IPython shows as one line, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"Azure: {self}"]


@magics_class
class AzureMagics(Magics):
    """Sign in to Azure, sign out, and show the identity that a kernel uses."""

    @magic_arguments()
    @argument("--tenant", metavar="T", help="Directory to sign in to: its id or a domain.")
    @argument("--cloud", metavar="C", help="Cloud: " + ", ".join(CLOUDS) + ".")
    @argument("--force", action="store_true", help="Ask me even if I am signed in.")
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

        The token stays in this kernel, where credentials use it.
        """
        given = parse_argstring(self.azure_login, line)
        try:
            settings = Settings(_unquoted(given.tenant), _unquoted(given.cloud))
            issued = None
            for scope in map(_unquoted, given.scope or [_default_scope(settings.cloud)]):
                # One sign-in serves all of them.
                prompt = given.force and issued is None
                issued = sign_in(settings, (str(scope),), prompt=prompt)
        except (ValueError, ClientAuthenticationError) as error:
            raise AzureMagicError(_message(error)) from None
        if issued is not None:
            _print(signed_in_text(issued))

    @magic_arguments()
    @line_magic
    def azure_logout(self, line: str) -> None:
        """Sign out of Azure in every tab of this browser and in every kernel."""
        parse_argstring(self.azure_logout, line)
        reply = _ask(SessionRequest("sign_out"))
        if reply is None:
            tokens.forget_all()
            _print("No JupyterLab page answers. Only this kernel's own tokens were removed.")
            return
        _print("Signed out of Azure.")
        now = _ask(SessionRequest("status"))
        if isinstance(now, Status) and now.username:
            _print(*status_lines(now))

    @magic_arguments()
    @line_magic
    def azure_status(self, line: str) -> None:
        """Show which identity this kernel uses on Azure, its source, and why it was selected.

        Never asks you to sign in.
        """
        parse_argstring(self.azure_status, line)
        reply = _ask(SessionRequest("status"))
        if isinstance(reply, Status):
            _print(*status_lines(reply), *unverified_tenants(tokens))
        else:
            _print(*status_without_page(tokens, _ambient_candidates()), *unverified_tenants(tokens))


def _ask(session_request: SessionRequest) -> Reply | None:
    """Return the page's reply, or None if there is no page.

    :raises AzureMagicError: the page refused, or no longer answers a sign-out.
    """
    kernel = attach()
    if kernel is None:
        return None
    reply = send_session_request(kernel, session_request)
    if not isinstance(reply, Refusal):
        return reply
    if reply.code == "no_page" or (reply.code, session_request.kind) == ("page_gone", "status"):
        return None
    raise AzureMagicError(describe(reply))


def _ambient_candidates() -> list[Candidate]:
    """Return the ambient sources, from which a kernel without a page gets its tokens."""
    ambient_request = AmbientTokenRequest((CLOUDS[DEFAULT_CLOUD].manager_scope,))
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
