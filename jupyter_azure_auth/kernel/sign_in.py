"""Signs the user in for callers without a credential: the magics and the Azure ML class."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_azure_auth.errors import exception

from .broker import AccountBinding, process_broker
from .protocol import Refusal
from .wakeup import run

if TYPE_CHECKING:
    from .protocol import IssuedToken
    from .settings import Settings


def sign_in(settings: Settings, scopes: tuple[str, ...], *, prompt: bool = False) -> IssuedToken:
    """Return a token as a new credential with these settings would, and cache it for credentials.

    :param scopes: at least one, all of one resource.
    :param prompt: True to have the user sign in even if a user is signed in. Ambient identities
        are not used then, because they cannot sign in interactively.
    :raises ~azure.identity.CredentialUnavailableError: no source can answer.
    :raises ~azure.core.exceptions.ClientAuthenticationError: the sign-in was refused, cancelled or
        not completed in time.
    :raises ValueError: the scopes are invalid.
    """
    request = settings.request(scopes, claims=None, tenant_id=None, enable_cae=False)
    wanted = replace(request, prompt=prompt)
    outcome = run(process_broker.obtain(wanted, AccountBinding(), settings.timeout))
    if isinstance(outcome, Refusal):
        raise exception(outcome)
    return outcome.issued
