"""The constructor's sign-in: look for an identity, decide, and have the user sign in if needed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, Protocol

from jupyter_azure_auth.errors import TROUBLES
from jupyter_azure_auth.kernel.protocol import Refusal

from .decide import Found, Place, Prompt, Use, Wanted, decide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.core.credentials import TokenRequestOptions

    from jupyter_azure_auth.kernel.token import JupyterAccessToken, JupyterAccessTokenInfo

BEGUN: Final = (
    "Performing interactive authentication. Please follow the instructions on the terminal."
)
DONE: Final = "Interactive authentication successfully completed."
"""The lines that azureml-core prints, which users and their scripts may look for."""


class Tokens(Protocol):
    """A credential with an identity, which hides its tokens."""

    @property
    def account(self) -> object:
        """The account of the tokens, for comparison only."""

    def get_token(self, *scopes: str, **options: Any) -> JupyterAccessToken:
        """Return a token, as credentials of azure-identity do."""

    def get_token_info(
        self, *scopes: str, options: TokenRequestOptions | None = None
    ) -> JupyterAccessTokenInfo:
        """Return a token with the details that azure-core's pipelines use."""


class Way(Tokens, Protocol):
    """A credential that can look for an identity and have the user sign in."""

    def look(self, scope: str) -> Found | Refusal:
        """Return the identity that has a token without a prompt, or a refusal."""

    def prompt(self, scope: str) -> Found | Refusal:
        """Have the user sign in."""


def where(environ: Mapping[str, str], *, kernel: bool) -> Place:
    """Return where the user can be prompted.

    :param environ: usually ``os.environ``. A variable marks the child processes of a kernel, whose
        terminal no user sees.
    :param kernel: whether this process is a kernel that a page can answer.
    """
    if kernel:
        return "page"
    module = sys.modules.get("ipykernel.kernelbase")
    if environ.get("JPY_PARENT_PID") or (module is not None and module.Kernel.initialized()):
        return "nowhere"
    streams = (sys.stdin, sys.stderr)
    terminal = any(stream is not None and stream.isatty() for stream in streams)
    return "terminal" if terminal else "nowhere"


def sign_in(
    wanted: Wanted, scope: str, place: Place, page: Way, terminal: Way
) -> tuple[Tokens, Found] | Refusal:
    """Return a credential with an identity, after a sign-in if needed.

    :param scope: scope of the first token.
    :param page: used for ambient identities, too, if there is no page.
    :param terminal: used only if there is no page.
    :returns: the credential and its identity, or why there is none.
    """
    found, tokens = _look(scope, place, page, terminal) if not wanted.force else (None, page)
    match decide(wanted, found if isinstance(found, Found) else None, place):
        case Use():
            return (tokens, found) if isinstance(found, Found) else Refusal("failed")
        case Prompt() if not _hopeless(found, place):
            way = page if place == "page" else terminal
            return _prompt(way, scope)
    if isinstance(found, Refusal) and found.code != "no_kernel":
        return found
    return Refusal("nobody_to_ask")


def _look(scope: str, place: Place, page: Way, terminal: Way) -> tuple[Found | Refusal, Tokens]:
    # An interactive sign-in takes precedence over ambient identities.
    saved = terminal.look(scope) if place == "terminal" else None
    return (saved, terminal) if isinstance(saved, Found) else (page.look(scope), page)


def _hopeless(found: Found | Refusal | None, place: Place) -> bool:
    """Whether no source answered, so that a prompt would only time out again."""
    return (
        place == "page"
        and isinstance(found, Refusal)
        and found.code in TROUBLES
        and TROUBLES[found.code].unavailable
    )


def _prompt(way: Way, scope: str) -> tuple[Tokens, Found] | Refusal:
    print(BEGUN)  # noqa: T201
    answer = way.prompt(scope)
    if isinstance(answer, Refusal):
        return answer
    print(DONE)  # noqa: T201
    return way, answer
