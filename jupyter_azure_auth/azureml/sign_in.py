"""The constructor's sign-in: look for an identity, decide, and have the user sign in if needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from jupyter_azure_auth.errors import ERRORS
from jupyter_azure_auth.kernel.protocol import Refusal
from jupyter_azure_auth.kernel.terminal.place import has_terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.core.credentials import TokenRequestOptions

    from jupyter_azure_auth.kernel.token import JupyterAccessToken, JupyterAccessTokenInfo

STARTED_MESSAGE: Final = (
    "Performing interactive authentication. Please follow the instructions on the terminal."
)
COMPLETED_MESSAGE: Final = "Interactive authentication successfully completed."
"""The lines that azureml-core prints, which users and their scripts may look for."""


SignInSource = Literal["session", "saved", "azure-cli", "machine"]
"""JupyterLab's sign-in, an earlier script's in the keychain, `az login`, or the machine."""

PromptTarget = Literal["page", "terminal", "nowhere"]
"""Where the user can be prompted."""


@dataclass(frozen=True)
class SignInRequest:
    """The validated arguments of the constructor."""

    force: bool = False
    tenant_id: str | None = None
    cloud: str | None = None
    """None if no cloud was named."""


@dataclass(frozen=True)
class ExistingSignIn:
    """An identity with a token that needs no prompt."""

    source: SignInSource
    username: str
    tenant_id: str | None = None
    """None if unknown, as for most machines."""
    cloud: str | None = None
    """None for the requested cloud."""


@dataclass(frozen=True)
class UseExisting:
    """Use the identity that was found, without a prompt."""

    username: str


@dataclass(frozen=True)
class Prompt:
    """Have the user sign in to a tenant and a cloud; None for the user's defaults."""

    target: Literal["page", "terminal"]
    tenant_id: str | None
    cloud: str | None


@dataclass(frozen=True)
class NoPromptTarget:
    """A sign-in is needed, but there is no place for a prompt."""


class TokenSource(Protocol):
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


class SignInMethod(TokenSource, Protocol):
    """A credential that can look for an identity and have the user sign in."""

    def find_existing(self, scope: str) -> ExistingSignIn | Refusal:
        """Return the identity that has a token without a prompt, or a refusal."""

    def prompt(self, scope: str) -> ExistingSignIn | Refusal:
        """Have the user sign in."""


def prompt_target(environ: Mapping[str, str], *, kernel: bool) -> PromptTarget:
    """Return where the user can be prompted.

    :param environ: usually ``os.environ``. A variable marks the child processes of a kernel, whose
        terminal no user sees.
    :param kernel: whether this process is a kernel that a page can answer.
    """
    if kernel:
        return "page"
    return "terminal" if has_terminal(environ) else "nowhere"


def decide(
    request: SignInRequest, existing: ExistingSignIn | None, target: PromptTarget
) -> UseExisting | Prompt | NoPromptTarget:
    """Return the decision. With `force` or another tenant or cloud, `found` does not count."""
    if existing is not None and not request.force and _fits(request, existing):
        return UseExisting(existing.username)
    if target == "nowhere":
        return NoPromptTarget()
    return Prompt(target, request.tenant_id, request.cloud)


def _fits(request: SignInRequest, existing: ExistingSignIn) -> bool:
    return _same_tenant(request.tenant_id, existing.tenant_id) and (
        request.cloud is None or existing.cloud in (None, request.cloud)
    )


def _same_tenant(wanted: str | None, found: str | None) -> bool:
    if wanted is None or found is None:
        return wanted is None
    # A domain cannot be compared with an id; the token was requested for that domain.
    return "." in wanted or "." in found or wanted.lower() == found.lower()


def sign_in(
    request: SignInRequest,
    scope: str,
    target: PromptTarget,
    page: SignInMethod,
    terminal: SignInMethod,
) -> tuple[TokenSource, ExistingSignIn] | Refusal:
    """Return a credential with an identity, after a sign-in if needed.

    :param scope: scope of the first token.
    :param page: also used for ambient identities if there is no page.
    :param terminal: used only if there is no page.
    :returns: the credential and its identity, or why there is none.
    """
    existing, token_source = (
        _find_existing(scope, target, page, terminal) if not request.force else (None, page)
    )
    match decide(request, existing if isinstance(existing, ExistingSignIn) else None, target):
        case UseExisting():
            return (
                (token_source, existing)
                if isinstance(existing, ExistingSignIn)
                else Refusal("failed")
            )
        case Prompt() if not _is_unanswered(existing, target):
            method = page if target == "page" else terminal
            return _prompt(method, scope)
    if isinstance(existing, Refusal) and existing.code != "no_kernel":
        return existing
    return Refusal("not_interactive")


def _find_existing(
    scope: str, target: PromptTarget, page: SignInMethod, terminal: SignInMethod
) -> tuple[ExistingSignIn | Refusal, TokenSource]:
    # An interactive sign-in takes precedence over ambient identities.
    saved = terminal.find_existing(scope) if target == "terminal" else None
    return (
        (saved, terminal)
        if isinstance(saved, ExistingSignIn)
        else (page.find_existing(scope), page)
    )


def _is_unanswered(existing: ExistingSignIn | Refusal | None, target: PromptTarget) -> bool:
    """Whether no source answered, so that a prompt would only time out again."""
    return (
        target == "page"
        and isinstance(existing, Refusal)
        and existing.code in ERRORS
        and ERRORS[existing.code].unavailable
    )


def _prompt(method: SignInMethod, scope: str) -> tuple[TokenSource, ExistingSignIn] | Refusal:
    print(STARTED_MESSAGE)  # noqa: T201
    outcome = method.prompt(scope)
    if isinstance(outcome, Refusal):
        return outcome
    print(COMPLETED_MESSAGE)  # noqa: T201
    return method, outcome
