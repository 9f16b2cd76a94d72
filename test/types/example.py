"""Every public name of the package as a user's program uses it, for type checkers; nothing runs it.

Looked at by mypy and by pyright, both at their strictest (`npm run check`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azure.core.credentials import AccessToken, AccessTokenInfo, SupportsTokenInfo, TokenCredential
from azure.core.credentials_async import AsyncSupportsTokenInfo, AsyncTokenCredential
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ChainedTokenCredential, CredentialUnavailableError
from typing_extensions import assert_type

from jupyter_azure_auth import (
    AzureAuthError,
    AzureAuthUnavailableError,
    InteractiveLoginAuthentication,
    JupyterCredential,
    SignInWidget,
    aio,
    bearer_token_provider,
    odbc_attributes,
    storage_options,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import requests

SCOPE = "https://storage.azure.com/.default"


def suits_clients(_old: TokenCredential, _new: SupportsTokenInfo | None) -> None:
    """Stand for clients of the Azure SDK."""


def suits_asynchronous_clients(_old: AsyncTokenCredential, _new: AsyncSupportsTokenInfo) -> None:
    """Likewise."""


def tokens_of_a_notebook() -> str:
    with JupyterCredential(
        tenant_id="contoso.com", cloud="AzureCloud", account="ada@contoso.com", timeout=60
    ) as credential:
        suits_clients(credential, credential)
        token: AccessToken = credential.get_token(SCOPE, claims="{}", enable_cae=True)
        info: AccessTokenInfo = credential.get_token_info(SCOPE, options={"tenant_id": "t"})
        assert_type(credential, JupyterCredential)
        assert_type(token.expires_on, int)
        assert_type(info.token, str)
    chain = ChainedTokenCredential(credential)
    try:
        return chain.get_token(SCOPE).token
    except CredentialUnavailableError:
        return "no source can answer"
    except ClientAuthenticationError as error:
        return error.message


def forms_of_libraries() -> str:
    credential = JupyterCredential(require_user=True)
    provider: Callable[[], str] = bearer_token_provider("openai", credential=credential)
    try:
        assert_type(odbc_attributes(cloud="AzureCloud"), dict[int, bytes])
        assert_type(storage_options("contoso", library="polars"), dict[str, Any])
        return provider()
    except (AzureAuthError, AzureAuthUnavailableError) as error:
        return error.code


async def tokens_of_asynchronous_code() -> int:
    async with aio.JupyterCredential(timeout=60) as credential:
        suits_asynchronous_clients(credential, credential)
        info: AccessTokenInfo = await credential.get_token_info(SCOPE)
        text, ends = await credential.get_token(SCOPE)
        assert_type(text, str)
        assert_type(ends, int)
        provider: Callable[[], Awaitable[str]] = aio.bearer_token_provider("openai")
        assert_type(await provider(), str)
        return info.expires_on - ends


def azure_ml_version_1() -> requests.Session:
    auth = InteractiveLoginAuthentication(force=False, tenant_id=None, cloud="AzureCloud")
    suits_clients(auth, None)
    assert_type(auth.get_authentication_header(), dict[str, str])
    token: AccessToken = auth.get_token(SCOPE)
    info: AccessTokenInfo = auth.get_token_info(SCOPE, options={"enable_cae": True})
    assert_type(token.token, str)
    return auth.signed_session() if info.refresh_on else auth.signed_session(None)


def shown_in_a_cell() -> SignInWidget:
    return SignInWidget()


def says_what_is_wrong() -> None:
    """Each of these lines is an error; a checker that does not see it says so."""
    JupyterCredential("contoso.com")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    JupyterCredential(timeout="60")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    InteractiveLoginAuthentication(tenant=None)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
