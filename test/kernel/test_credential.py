"""Both credentials, as users and the Azure SDK call them."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from azure.core.credentials import SupportsTokenInfo, TokenCredential
from azure.core.credentials_async import AsyncSupportsTokenInfo, AsyncTokenCredential

import jupyter_azure_auth
from jupyter_azure_auth import JupyterCredential, aio
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.kernel.attach import tokens
from jupyter_azure_auth.kernel.broker import AccountBinding, Broker
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken
from jupyter_azure_auth.kernel.token import build_azure_core_tokens
from test.kernel.notebook import kernel_environ

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jupyter_azure_auth.kernel.cache import CachedToken
    from jupyter_azure_auth.kernel.wakeup import Waiting

SETTINGS: dict[str, Any] = {
    "tenant_id": "contoso.com",
    "cloud": "AzureCloud",
    "account": "ada",
    "timeout": 7,
}
ADA = Identity("ada")
STORAGE = TokenRequest(("https://storage.azure.com/.default",))
BOTH = [JupyterCredential, aio.JupyterCredential]


def test_public_names() -> None:
    assert jupyter_azure_auth.__all__ == [
        "AzureAuthError",
        "AzureAuthUnavailableError",
        "InteractiveLoginAuthentication",
        "JupyterCredential",
        "bearer_token_provider",
        "odbc_attributes",
        "storage_options",
    ]
    assert aio.__all__ == ["JupyterCredential", "bearer_token_provider"]
    assert set(jupyter_azure_auth.__all__) <= set(dir(jupyter_azure_auth))
    with pytest.raises(AttributeError, match="no attribute 'Other'"):
        jupyter_azure_auth.Other  # noqa: B018


def test_both_take_the_same_arguments() -> None:
    for name in ("__init__", "get_token", "get_token_info"):
        sync, other = (inspect.signature(getattr(kind, name)) for kind in BOTH)
        assert str(sync) == str(other)


def test_are_credentials_of_azure_core() -> None:
    assert isinstance(JupyterCredential(), TokenCredential)
    assert isinstance(JupyterCredential(), SupportsTokenInfo)
    assert isinstance(aio.JupyterCredential(), AsyncTokenCredential)
    assert isinstance(aio.JupyterCredential(), AsyncSupportsTokenInfo)


def renew() -> None:
    """Replace the token by a later one, as a push of a page does."""
    tokens.put(STORAGE, IssuedToken("second", int(time.time()) + 7200, ADA))


@pytest.mark.parametrize("end", [tokens.forget_all, lambda: tokens.forget(ADA), renew])
def test_a_credential_returns_no_token_that_has_left_the_cache(end: Callable[[], None]) -> None:
    credential = JupyterCredential()
    held = tokens.put(STORAGE, IssuedToken("first", int(time.time()) + 3600, ADA))
    try:
        for _ in range(3):
            assert credential.get_token(*STORAGE.scopes).token == "first"
        assert credential._hit(STORAGE.scopes, None, enable_cae=False) is held
        end()
        # Even if a thread that still uses it has just looked for a sign-out.
        build_azure_core_tokens(held, None)
        hit = credential._hit(STORAGE.scopes, None, enable_cae=False)
        assert hit is None or hit.issued.token == "second"
    finally:
        tokens.forget_all()


@pytest.mark.parametrize("kind", BOTH)
def test_pickles_and_copies_keep_the_settings(kind: type[JupyterCredential]) -> None:
    credential = kind(**SETTINGS)
    for other in (pickle.loads(pickle.dumps(credential)), copy.deepcopy(credential)):  # noqa: S301
        assert type(other) is kind
        assert repr(other) == repr(credential)
    assert repr(credential) == (
        "JupyterCredential(tenant_id='contoso.com', cloud='AzureCloud', account='ada', timeout=7)"
    )


def test_refuses_invalid_arguments_at_once() -> None:
    with pytest.raises(ValueError, match="timeout"):
        JupyterCredential(timeout=0)
    with pytest.raises(ValueError, match="scope"):
        JupyterCredential().get_token()
    with pytest.raises(ValueError, match="scope"):
        asyncio.run(aio.JupyterCredential().get_token_info())


def test_an_import_loads_no_large_module(tmp_path: Path) -> None:
    code = "import jupyter_azure_auth, sys; print([m for m in sys.modules if m[:5] == 'azure'])"
    environ = kernel_environ(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, check=True
    )
    assert done.stdout.strip() == b"[]"


def test_a_credential_does_not_load_azure_identity(tmp_path: Path) -> None:
    code = (
        "from jupyter_azure_auth import JupyterCredential; import sys; JupyterCredential(); "
        "print('azure.core' in sys.modules, 'azure.identity' in sys.modules)"
    )
    environ = kernel_environ(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, check=True
    )
    assert done.stdout.split() == [b"True", b"False"]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_the_end_of_a_context_forgets_the_tokens(
    monkeypatch: pytest.MonkeyPatch, *, asynchronous: bool
) -> None:
    forgotten: list[object] = []

    def note(credential: object) -> None:
        forgotten.append(credential)

    for kind in BOTH:
        monkeypatch.setattr(kind, "_forget", note)

    async def leave(credential: aio.JupyterCredential) -> None:
        async with credential:
            assert forgotten == []

    if asynchronous:
        asyncio.run(leave(aio.JupyterCredential()))
    else:
        with JupyterCredential():
            assert forgotten == []
    assert len(forgotten) == 1


@pytest.mark.parametrize("kind", BOTH)
def test_claims_bypass_the_cached_token(
    kind: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    scope, claims = "https://claims.example/.default", '{"access_token": {}}'
    asked: list[str | None] = []

    def obtain(
        _broker: Broker, request: TokenRequest, binding: AccountBinding, _timeout: float
    ) -> Waiting[CachedToken]:
        yield from ()
        asked.append(request.claims)
        binding.bind(Identity("ada.tid"), "page", tokens.epoch)
        issued = IssuedToken(f"token {len(asked)}", 4_000_000_000, Identity("ada.tid"))
        return tokens.put(request, issued)

    monkeypatch.setattr(Broker, "obtain", obtain)
    credential = kind()

    def text(call: Any) -> str:
        token = asyncio.run(call) if inspect.iscoroutine(call) else call
        return str(token.token)

    assert text(credential.get_token(scope)) == "token 1"
    assert text(credential.get_token(scope)) == "token 1"
    assert text(credential.get_token_info(scope)) == "token 1"
    assert text(credential.get_token(scope, claims=claims)) == "token 2"
    assert text(credential.get_token_info(scope, options={"claims": claims})) == "token 3"
    assert asked == [None, claims, claims]
    tokens.forget_all()
