"""What the constructor does about it: looks who is there, decides, and has the user sign in."""

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
"""As azureml-core prints them: people look for these lines, and so may their scripts."""


class Tokens(Protocol):
    """Where tokens come from, once somebody is there: a credential that hides them."""

    @property
    def account(self) -> object:
        """Whose tokens these are, to tell two apart."""

    def get_token(self, *scopes: str, **options: Any) -> JupyterAccessToken:
        """Get a token, as credentials of azure-identity do."""

    def get_token_info(
        self, *scopes: str, options: TokenRequestOptions | None = None
    ) -> JupyterAccessTokenInfo:
        """Do the same, with what azure-core's pipelines like to know."""


class Way(Tokens, Protocol):
    """Tokens of somebody who may be there already, or has to be asked first."""

    def look(self, scope: str) -> Found | Refusal:
        """Find out whose token there is without asking anybody."""

    def prompt(self, scope: str) -> Found | Refusal:
        """Have the user sign in."""


def where(environ: Mapping[str, str], *, kernel: bool) -> Place:
    """Say where a user can be asked.

    :param environ: usually ``os.environ``. What a kernel has started knows it by a variable: its
        terminal is nobody's.
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
    """Come to tokens as the constructor promises.

    :param scope: what the first token is for.
    :param page: also the identities of this machine, where there is no page.
    :param terminal: asked only in place of a page.
    :returns: where tokens come from from now on, and whose; or why they do not.
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
    # Made by hand, it comes before whatever the machine has.
    saved = terminal.look(scope) if place == "terminal" else None
    return (saved, terminal) if isinstance(saved, Found) else (page.look(scope), page)


def _hopeless(found: Found | Refusal | None, place: Place) -> bool:
    """Say whether nobody answered, so that asking again would only take as long again."""
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
