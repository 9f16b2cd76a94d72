"""Signs the user in for somebody who wants no credential: a magic, a drop-in replacement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_azure_auth.errors import exception

from .broker import Pin, process_broker
from .protocol import Refusal
from .signal import run

if TYPE_CHECKING:
    from .protocol import Issued
    from .settings import Settings


def sign_in(settings: Settings, scopes: tuple[str, ...], *, prompt: bool = False) -> Issued:
    """Get a token as a new credential with these settings would, and keep it for those to come.

    :param scopes: at least one, all of one resource.
    :param prompt: have the user sign in even if somebody is signed in. Never answered by this
        machine: who cannot be asked cannot sign in.
    :raises ~azure.identity.CredentialUnavailableError: nobody can answer.
    :raises ~azure.core.exceptions.ClientAuthenticationError: refused, cancelled, or not in time.
    :raises ValueError: the scopes can not be used.
    """
    request = settings.request(scopes, claims=None, tenant_id=None, enable_cae=False)
    wanted = replace(request, prompt=prompt)
    outcome = run(process_broker.obtain(wanted, Pin(), settings.timeout))
    if isinstance(outcome, Refusal):
        raise exception(outcome)
    return outcome.issued
