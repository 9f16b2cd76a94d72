"""Prints as JSON the microseconds to get a token that the credential has already cached.

Compares JupyterCredential with azure-identity, each through its public `get_token`, taking turns in
one process.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from time import perf_counter
from typing import TYPE_CHECKING, Final

from azure.identity import DeviceCodeCredential, ManagedIdentityCredential

from bench.authority import CLIENT, HOST, TENANT, LocalAuthority
from jupyter_azure_auth import JupyterCredential
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.kernel.attach import tokens
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

SCOPE: Final = "https://storage.azure.com/.default"
ROUNDS: Final = 60
SECONDS: Final = 0.005
"""Calls of one round: long compared with the timer, short compared with a scheduler time slice."""


def ours() -> TokenCredential:
    """Return a JupyterCredential with a token as from a page."""
    issued = IssuedToken("a" * 1800, int(time.time()) + 86_400, Identity("ada"))
    tokens.put(TokenRequest((SCOPE,)), issued)
    return JupyterCredential()


def user_sign_in(authority: LocalAuthority) -> TokenCredential:
    """Return the peer with a signed-in user. InteractiveBrowserCredential caches the same way."""
    return DeviceCodeCredential(
        CLIENT,
        authority=HOST,
        tenant_id=TENANT,
        disable_instance_discovery=True,
        prompt_callback=lambda *_: None,
        transport=authority,
    )


def managed_identity(authority: LocalAuthority) -> TokenCredential:
    """Return the other peer, as on App Service."""
    os.environ["IDENTITY_ENDPOINT"] = f"http://{HOST}/token"
    os.environ["IDENTITY_HEADER"] = "header"
    return ManagedIdentityCredential(transport=authority)


def one_round(credential: TokenCredential, calls: int) -> float:
    """Return the microseconds of one call."""
    get_token = credential.get_token
    begun = perf_counter()
    for _ in range(calls):
        get_token(SCOPE)
    return (perf_counter() - begun) / calls * 1e6


def measure() -> dict[str, float]:
    """Return the median of each credential, by name."""
    authority = LocalAuthority()
    credentials = {
        "JupyterCredential": ours(),
        "DeviceCodeCredential": user_sign_in(authority),
        "ManagedIdentityCredential": managed_identity(authority),
    }
    calls = {}
    for name, credential in credentials.items():
        credential.get_token(SCOPE)
        calls[name] = max(1, int(SECONDS * 1e6 / one_round(credential, 200)))
    asked = authority.asked
    samples = [
        {name: one_round(credential, calls[name]) for name, credential in credentials.items()}
        for _ in range(ROUNDS)
    ]
    if authority.asked != asked:
        raise AssertionError("not a hit: the authority was asked")
    return {name: statistics.median(sample[name] for sample in samples) for name in credentials}


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
