"""The wrapper of MSAL for Python, and the only module that imports it.

Import and call it only on the threads of :mod:`.session_manager`, because all of it can block.
"""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msal
from msal.exceptions import MsalError

from jupyter_azure_auth._models import Account
from jupyter_azure_auth._tenants import TenantIds
from jupyter_azure_auth._validation import with_permission
from jupyter_azure_auth.server.authority import (
    home_tenant,
    sign_in_authority,
    speaks_for,
    tenant_authority,
)
from jupyter_azure_auth.server.authority_client import AuthorityClient, AuthorityError
from jupyter_azure_auth.server.errors import (
    AuthError,
    parse_entra_error,
    parse_sign_in_error,
    refusal_scope,
)
from jupyter_azure_auth.server.models import IssuedToken
from jupyter_azure_auth.server.msal_device_code import (
    DeviceCode,
    check_flow,
    device_code_error,
    is_waiting,
)
from jupyter_azure_auth.server.msal_log import silence_msal
from jupyter_azure_auth.server.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jupyter_azure_auth._models import TokenRequest
    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.requests import DeviceCodeRequest, SignInRequest

silence_msal()

_CONTINUOUS_ACCESS: Final = ("CP1",)

_PERSISTED_KINDS: Final = frozenset({"Account", "AppMetadata", "RefreshToken"})
"""The entry types of MSAL's cache that are stored."""


class _NoHttpCache(dict[str, Any]):
    """An HTTP cache for MSAL that stores nothing.

    Otherwise, MSAL repeats a refusal for a minute, even if an administrator has fixed the cause.
    :class:`.AuthorityClient` handles throttling by the authority instead.
    """

    def __setitem__(self, key: str, value: Any) -> None:
        """Drop the value."""


@dataclass(frozen=True, repr=False)
class StartedSignIn:
    """A sign-in that waits for the authority's response, with its verifier and nonce."""

    client: MsalClient
    flow: dict[str, Any]
    scopes: tuple[str, ...]

    @property
    def state(self) -> str:
        """The ``state`` that identifies its response."""
        return str(self.flow["state"])

    @property
    def authorize_url(self) -> str:
        """The address to send the browser to."""
        return str(self.flow["auth_uri"])


class MsalClient:
    """One sign-in, with an MSAL token cache in memory that holds its refresh token.

    Access tokens are cached elsewhere, because MSAL's cache does not separate those with and
    without continuous access evaluation. MSAL is therefore always told to renew.
    """

    def __init__(self, config: AzureAuthConfig) -> None:
        self._config = config
        self._home = ""
        self._http = AuthorityClient()
        self._tenants = TenantIds(self._http.get_json)
        self._tokens = msal.SerializableTokenCache()
        self._apps: dict[tuple[str, bool], msal.PublicClientApplication] = {}
        self._account: Mapping[str, Any] | None = None

    def begin(self, request: SignInRequest) -> StartedSignIn:
        """Begin a sign-in by redirect.

        :returns: the sign-in, with the address for the browser.
        :raises AuthError: if the authority cannot be reached, or does not exist.
        """
        self._home = sign_in_authority(self._config, request.tenant_id)
        with self._auth_errors_only():
            app = self._app(self._home, request.tenant_id, continuous=False)
            flow = app.initiate_auth_code_flow(
                [with_permission(scope) for scope in request.scopes],
                # No trailing slash: the authority compares it with the registered one.
                redirect_uri=f"http://localhost:{request.port}",
                # Otherwise the code would be in a URL, and so in logs and browser histories.
                response_mode="form_post",
                prompt=None if request.login_hint else "select_account",
                login_hint=request.login_hint,
                claims_challenge=request.claims,
            )
        return StartedSignIn(self, flow, tuple(sorted(set(request.scopes))))

    def redeem(self, flow: dict[str, Any], answer: Mapping[str, str]) -> IssuedToken:
        """Finish a sign-in by redirect.

        :param flow: MSAL's state of the sign-in.
        :param answer: the response of the authorization endpoint, as sent by the browser.
        :returns: the token for the scopes of the sign-in, with the account that is signed in.
        :raises AuthError: if there is none.
        """
        code = {name: answer[name] for name in ("code", "state") if name in answer}
        now = time.time()
        with self._auth_errors_only():
            if not speaks_for(answer.get("iss", self._home), self._home):
                raise AuthError("failed")
            if "error" in answer:
                raise parse_sign_in_error(answer)
            app = self._app(self._home, continuous=False)
            result = app.acquire_token_by_auth_code_flow(flow, code)
            if "error" in result:
                raise parse_sign_in_error(result)
            self._account = app.get_accounts()[0]
            return _read(result, self._account, now, None)

    def begin_with_code(self, request: DeviceCodeRequest) -> DeviceCode:
        """Return a device code for the user.

        :raises AuthError: if the authority cannot be reached, or gives none.
        """
        self._home = sign_in_authority(self._config, request.tenant_id)
        with self._auth_errors_only():
            app = self._app(self._home, request.tenant_id, continuous=False)
            flow = app.initiate_device_flow(
                [with_permission(scope) for scope in request.scopes],
                claims_challenge=request.claims,
            )
            check_flow(flow, self._home)
        return DeviceCode(self, flow, tuple(sorted(set(request.scopes))), request.claims)

    def redeem_code(self, flow: dict[str, Any], claims: str | None) -> IssuedToken | None:
        """Finish a sign-in with a code, if its user is done.

        :returns: as :meth:`redeem`; None if the user is not done yet.
        :raises AuthError: if the sign-in failed; after ``unavailable``, poll again later.
        """
        now = time.time()
        with self._auth_errors_only():
            app = self._app(self._home, continuous=False)
            result = app.acquire_token_by_device_flow(
                flow, claims_challenge=claims, exit_condition=lambda _: True
            )
            if is_waiting(result):
                return None
            if "error" in result:
                raise device_code_error(result)
            self._account = app.get_accounts()[0]
            return _read(result, self._account, now, None)

    def renew(self, request: TokenRequest, account: Account) -> IssuedToken:
        """Return a new token.

        :param account: the account that is signed in.
        :raises AuthError: if there is none; its ``ends`` is whether the sign-in has ended.
        """
        home = sign_in_authority(self._config, None)
        now = time.time()
        with self._auth_errors_only(request.tenant_id):
            wanted = self._tenant_id(request.tenant_id)
            is_home = wanted in (None, home_tenant(self._config, account).casefold())
            authority = home if is_home else tenant_authority(self._config, str(wanted))
            app = self._app(authority, wanted, continuous=request.enable_cae)
            result = app.acquire_token_silent_with_error(
                [with_permission(scope) for scope in request.scopes],
                self._account,
                force_refresh=True,
                claims_challenge=request.claims,
            )
            if result is None:
                # Signed out in the meantime, or the authority gives this app no refresh tokens.
                raise AuthError("sign_in_required", ends_sign_in=True)
            if "error" in result:
                raise self._refusal(result, plain=is_home and request.claims is None)
            issued = _read(result, self._account or {}, now, account)
            if wanted not in (None, issued.account.tenant_id.casefold()):
                raise AuthError("wrong_tenant")
            return issued

    def _tenant_id(self, tenant_id: str | None) -> str | None:
        """Return the id of the requested tenant, given its GUID or a domain; None: any tenant.

        :raises AuthError: if no such tenant exists.
        """
        if tenant_id is None:
            return None
        host = urlsplit(sign_in_authority(self._config, None)).netloc
        found = self._tenants.resolve(tenant_id, host)
        if found is None:
            raise AuthError("unknown_tenant")
        return found

    def _refusal(self, result: Mapping[str, Any], *, plain: bool) -> AuthError:
        """Return the problem of a refusal, after finding out whether it ends the sign-in.

        :param plain: whether neither another tenant nor a claims challenge can be the reason.
        """
        problem = parse_entra_error(result)
        ends = refusal_scope(result.get("error"), result.get("suberror"))
        if ends == "request" or (ends == "sign_in" and plain):
            return problem
        # A request for no resource: if it is refused, every request is.
        check = self._app(self._home, continuous=False).acquire_token_silent_with_error(
            [], self._account, force_refresh=True
        )
        if check is None or refusal_scope(check.get("error"), check.get("suberror")) != "request":
            code = "sign_in_required"
        else:
            code = "interaction_required" if ends == "sign_in" else problem.code
        return AuthError(
            code,
            problem.detail,
            ends_sign_in=code == "sign_in_required",
            explanation=problem.explanation,
            correlation_id=problem.correlation_id,
        )

    @contextmanager
    def _auth_errors_only(self, tenant_id: str | None = None) -> Iterator[None]:
        """Replace other exceptions by :class:`AuthError`, and record which request failed.

        :param tenant_id: the requested tenant; by default, that of the sign-in.
        """
        try:
            yield
        except Exception as raised:  # noqa: BLE001 - the text of any exception stays here
            error = _auth_error(raised)
            asked = tenant_id or urlsplit(self._home).path.strip("/")
            error.trace = Trace.of(self._config.native_client, asked, error.correlation_id)
            raise error from None

    def session(self) -> Mapping[str, Any]:
        """Return the state for another client to continue: the refresh token and its account."""
        cache = json.loads(self._tokens.serialize())
        # Entries that a refresh token can get again are left out.
        persisted = {kind: entries for kind, entries in cache.items() if kind in _PERSISTED_KINDS}
        return {"home": self._home, "account": dict(self._account or {}), "cache": persisted}

    @classmethod
    def resume(cls, config: AzureAuthConfig, session: Mapping[str, Any]) -> MsalClient | None:
        """Return a client that continues the session of another, without a request.

        :returns: None if it is for a different authority than this server's, or malformed.
        """
        client = cls(config)
        home, account = session.get("home"), session.get("account")
        own = urlsplit(sign_in_authority(config, None)).netloc
        if not isinstance(home, str) or urlsplit(home).netloc != own:
            return None
        if not isinstance(account, dict) or not {"home_account_id", "username"} <= account.keys():
            return None
        cache = session.get("cache")
        if not isinstance(cache, dict) or not cache.get("RefreshToken"):
            return None
        client._home, client._account = home, account
        client._tokens.deserialize(json.dumps(cache))
        return client

    def forget(self) -> None:
        """Drop the refresh token and close the connections."""
        # Not through an app's remove_account(), because a restored sign-in has no app yet.
        self._tokens.deserialize(None)
        self._http.close()

    def _app(
        self, authority: str, tenant_id: str | None = None, *, continuous: bool
    ) -> msal.PublicClientApplication:
        """Return the client of an authority.

        :param tenant_id: the requested tenant, whether or not this is its authority.
        """
        try:
            return self._client_of(authority, continuous=continuous)
        except ValueError:
            # The authority has no metadata for this address.
            is_its = tenant_id is not None and urlsplit(authority).path == f"/{tenant_id}"
            raise AuthError("unknown_tenant" if is_its else "bad_configuration") from None

    def _client_of(self, authority: str, *, continuous: bool) -> msal.PublicClientApplication:
        key = (authority, continuous)
        if key not in self._apps:
            self._apps[key] = msal.PublicClientApplication(
                self._config.native_client,
                authority=authority,
                # The built-in authorities are known, and a custom one is the administrator's
                # choice, so no instance discovery is needed.
                instance_discovery=False,
                token_cache=self._tokens,
                http_client=self._http,
                http_cache=_NoHttpCache(),
                client_capabilities=list(_CONTINUOUS_ACCESS) if continuous else None,
            )
        return self._apps[key]


def _read(
    result: Mapping[str, Any], entry: Mapping[str, Any], now: float, account: Account | None
) -> IssuedToken:
    """Return the token of MSAL's result.

    :param now: the time of the request, in epoch seconds.
    :param account: the account that is signed in; the ID token of a renewal can be of another
        tenant.
    """
    claims: Mapping[str, Any] = result.get("id_token_claims") or {}
    username = entry["username"] or (account.username if account else entry["home_account_id"])
    refresh_on = result.get("refresh_on")
    return IssuedToken(
        token=str(result["access_token"]),
        token_type=str(result.get("token_type", "Bearer")),
        expires_on=int(now) + int(result["expires_in"]),
        refresh_on=None if refresh_on is None else int(refresh_on),
        account=Account(
            id=entry["home_account_id"],
            name=str(claims.get("name") or (account.name if account else username)),
            username=username,
            tenant_id=str(claims.get("tid") or (account.tenant_id if account else entry["realm"])),
        ),
    )


def _auth_error(error: Exception) -> AuthError:
    """Return the error for an exception of MSAL, whose text repeats state and nonce."""
    match error:
        case AuthError():
            return error
        case AuthorityError():
            return AuthError("unavailable", reason=error.reason)
        case OSError() | MsalError():
            return AuthError("unavailable")
        case ValueError():
            return AuthError("bad_configuration")
    return AuthError("failed")
