"""The credential of kernels: JupyterLab's sign-in or an ambient identity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_azure_auth._models import UNKNOWN
from jupyter_azure_auth.kernel.broker import process_broker
from jupyter_azure_auth.kernel.credential import JupyterCredential
from jupyter_azure_auth.kernel.protocol import IssuedToken, Refusal, TokenRequest
from jupyter_azure_auth.kernel.token import build_azure_core_tokens
from jupyter_azure_auth.kernel.wakeup import run

from .sign_in import ExistingSignIn

if TYPE_CHECKING:
    from .sign_in import SignInSource


class JupyterSignInCredential(JupyterCredential):
    """The credential with separate methods to look for an identity and to have the user sign in."""

    def find_existing(self, scope: str) -> ExistingSignIn | Refusal:
        """Return the identity that has a token without a prompt, or a refusal.

        Waits as long as for any other token.
        """
        return self._ask(replace(self._request(scope), interactive=False))

    def prompt(self, scope: str) -> ExistingSignIn | Refusal:
        """Have the user sign in, even if an identity exists."""
        return self._ask(replace(self._request(scope), prompt=True))

    @property
    def account(self) -> object:
        """The account of the tokens, for comparison only."""
        return self._identity

    def _request(self, scope: str) -> TokenRequest:
        return self._settings.request((scope,), claims=None, tenant_id=None, enable_cae=False)

    def _ask(self, request: TokenRequest) -> ExistingSignIn | Refusal:
        outcome = run(process_broker.obtain(request, self._binding, self._settings.timeout))
        self._identity = self._binding.identity
        if isinstance(outcome, Refusal):
            return outcome
        build_azure_core_tokens(outcome, process_broker.checked_until())
        return _existing(outcome.issued, request)


def _existing(issued: IssuedToken, request: TokenRequest) -> ExistingSignIn:
    account = issued.account
    if account is not None and account.tenant_id != UNKNOWN:
        return ExistingSignIn(_source(issued), account.username, account.tenant_id)
    # The source was asked for that tenant and returns no token of another one.
    return ExistingSignIn(
        _source(issued), account.username if account else issued.identity, request.tenant_id
    )


def _source(issued: IssuedToken) -> SignInSource:
    match issued.origin:
        case "page":
            return "session"
        case "azure-cli":
            return "azure-cli"
    return "machine"
