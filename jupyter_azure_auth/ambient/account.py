"""Identifies the account of a machine's token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_azure_auth._models import UNKNOWN, Account

from .response import HostResponse
from .token_claims import read_claims

if TYPE_CHECKING:
    from jupyter_azure_auth._models import SourceName

    from .hosts import Host
    from .identity_client import HostToken


def account_of(
    source: SourceName, host: Host, host_token: HostToken, client_id: str | None
) -> Account:
    """Return the account of a token.

    Its id is the client id in the answer, which is the same for every resource. On a compute
    instance the same endpoint returns a user's tokens. They are identified by the user's object id,
    so that a kernel does not switch to the machine when single sign-on ends.

    :param client_id: the requested client id, or None.
    """
    claims = read_claims(host_token.info.token)
    answered = (
        host_token.response.client_id if isinstance(host_token.response, HostResponse) else None
    )
    named = answered or client_id or claims.client_id or claims.object_id
    key = (claims.object_id or claims.user) if claims.user else named
    return Account(
        f"{source}:{key or UNKNOWN}",
        host.title,
        claims.user or claims.name or named or "managed identity",
        claims.tenant_id or UNKNOWN,
    )
