"""The account of the Azure CLI as a source of tokens."""

from __future__ import annotations

import base64
import configparser
import json
import logging
import os
import re
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jupyter_azure_auth._clouds import DEFAULT_CLOUD
from jupyter_azure_auth._models import UNKNOWN, AccessToken, Account, SourceName, TokenRequest
from jupyter_azure_auth._validation import is_guid, is_unrestricted

from .az_command import AzFailure, az_path, run_az
from .expiry import epoch
from .reasons import Unavailable, UnavailableError
from .tenant_check import login_host_of, resolve_tenant, why_wrong_tenant
from .token_claims import TokenClaims, read_claims

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .tenant_check import Resolve

log = logging.getLogger(__name__)

PROCESS_TIMEOUT_S: Final = 30
"""Seconds. azure-identity's default of 10 is too short for the first `az` on a slow disk."""

MAX_CHALLENGE: Final = 2048
"""Maximum characters of a challenge in a text: pages and kernels limit the length of texts."""

_ARGUMENT: Final = re.compile(r"[\w.:/-]{1,512}", re.ASCII)
"""Arguments that azure-identity passes to `az`, which is a shell script on Windows."""


_UNREADABLE_PROFILE: Final = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError),
    StopIteration,
)


class _SignIn(NamedTuple):
    """The account that `az` reports as signed in."""

    username: str
    tenant_id: str
    cloud: str


class AzureCli:
    """Tokens of the account that `az login` has signed in."""

    name: Final[SourceName] = "azure-cli"

    def __init__(self, environ: Mapping[str, str], resolve: Resolve = resolve_tenant) -> None:
        self._environ = environ
        self._resolve = resolve
        self._sign_ins: dict[tuple[str, str], _SignIn] = {}
        """By tenant and object id in a token, so that `az` is not called again for each one."""

    def why_unavailable(self, request: TokenRequest) -> Unavailable | None:
        """Return why `az` cannot be asked: it has no arguments for the cloud and for claims.

        Whether an account is signed in is not checked here, because `az`'s files may be elsewhere.
        """
        if request.account is not None:
            return Unavailable(self.name, "account_wanted")
        if az_path(self._environ) is None:
            return Unavailable(self.name, "az_missing")
        # The configuration is in the same folder as the profile.
        has_profile = _has_profile(self._environ)
        if has_profile and request.cloud not in (None, configured_cloud(self._environ)):
            return Unavailable(self.name, "other_cloud")
        return (
            None
            if request.claims is None
            else Unavailable(self.name, "az_claims", _command(request))
        )

    def token(
        self,
        request: TokenRequest,
        on_wait: Callable[[], None] | None = None,  # noqa: ARG002 (as all sources)
    ) -> AccessToken:
        """Return a token of `az`, within half a minute. Other output of `az` is not repeated.

        :param on_wait: never called, because `az` always takes one to ten seconds.
        :raises UnavailableError: `az` returned no token.
        """
        deadline = time.monotonic() + PROCESS_TIMEOUT_S
        tenant_id = None if is_unrestricted(request.tenant_id) else request.tenant_id
        answer = self._ask(request, tenant_id, deadline)
        fixed = isinstance(answer, AzFailure) and answer.code == "fixed_tenant"
        if fixed:
            answer = self._ask(request, None, deadline)
        ends = None if isinstance(answer, AzFailure) else _expires_on(answer)
        if isinstance(answer, AzFailure) or ends is None:
            failure = answer if isinstance(answer, AzFailure) else AzFailure("az_invalid_output")
            raise self._refusal(tenant_id, failure, deadline)
        token = str(answer["accessToken"])
        claims = read_claims(token)
        sign_in = self._signed_in_as(claims, answer, deadline)
        if request.cloud not in (None, sign_in.cloud):
            raise UnavailableError(Unavailable(self.name, "other_cloud"))
        actual = claims.tenant_id or (sign_in.tenant_id if fixed else UNKNOWN)
        # `az` itself resolves a domain in the request.
        if fixed or (tenant_id is not None and is_guid(tenant_id)):
            self._refuse_other_tenant(tenant_id, actual, sign_in.cloud)
        account = Account(
            f"{self.name}:{sign_in.username}@{sign_in.tenant_id}",
            "Azure CLI",
            sign_in.username,
            (tenant_id or sign_in.tenant_id) if actual == UNKNOWN else actual,
        )
        return AccessToken(token, "Bearer", ends, None, account)

    def _refuse_other_tenant(self, wanted: str | None, actual: str, cloud: str) -> None:
        login_host = login_host_of(self._environ, cloud)
        if other := why_wrong_tenant(wanted, actual, login_host, self._resolve):
            raise UnavailableError(Unavailable(self.name, *other))

    def _ask(
        self, request: TokenRequest, tenant_id: str | None, deadline: float
    ) -> dict[str, Any] | AzFailure:
        resource = request.default_scope.removesuffix("/.default")
        arguments = ["account", "get-access-token", "--resource", resource]
        if tenant_id is not None:
            arguments += ["--tenant", tenant_id]
        if not all(_ARGUMENT.fullmatch(argument) for argument in arguments):
            return AzFailure("az_failed")
        return run_az(arguments, "accessToken", self._environ, deadline)

    def _refusal(
        self, tenant_id: str | None, failure: AzFailure, deadline: float
    ) -> UnavailableError:
        code, detail = failure
        if tenant_id is not None and code in ("az_refused", "az_signed_out"):
            signed_in = code == "az_refused" or self._show_account(deadline) is not None
            number = f" ({detail})" if detail else ""
            if signed_in:
                code, detail = "az_tenant_refused", f"{tenant_id}{number}"
        log.info("No token from the Azure CLI: %s %s", code, detail)
        return UnavailableError(Unavailable(self.name, code, detail))

    def _signed_in_as(
        self, claims: TokenClaims, answer: Mapping[str, Any], deadline: float
    ) -> _SignIn:
        """Return the account of a token as `az` reports it, otherwise as the token does."""
        key = (claims.tenant_id or "", claims.object_id or "")
        sign_in = self._sign_ins.get(key) or self._show_account(deadline)
        if sign_in is not None:
            if all(key):
                self._sign_ins[key] = sign_in
            return sign_in
        tenant = answer.get("tenant")
        return _SignIn(
            claims.user or claims.name or claims.client_id or claims.object_id or UNKNOWN,
            tenant if isinstance(tenant, str) and tenant else claims.tenant_id or UNKNOWN,
            configured_cloud(self._environ),
        )

    def _show_account(self, deadline: float) -> _SignIn | None:
        shown = run_az(["account", "show"], "user", self._environ, deadline)
        if isinstance(shown, AzFailure):
            return None
        try:
            names = shown["user"]["name"], shown["tenantId"], shown["environmentName"]
        except (TypeError, LookupError):
            return None
        return _SignIn(*map(str, names))


def _expires_on(answer: Mapping[str, Any]) -> int | None:
    """Return the expiry in seconds since the epoch, or None without a token or an expiry."""
    token, local = answer.get("accessToken"), answer.get("expiresOn")
    if not (isinstance(token, str) and token):
        return None
    ends = epoch(answer.get("expires_on"))
    if ends is None and isinstance(local, str):
        # Before version 2.54 there was only the local time, without a time zone.
        try:
            ends = int(datetime.fromisoformat(local).timestamp())
        except ValueError:
            return None
    return ends


def _command(request: TokenRequest) -> str:
    """Return the command that azure-identity's `AzureCliCredential` names for a challenge."""
    challenge = base64.b64encode((request.claims or "").encode()).decode()
    if len(challenge) > MAX_CHALLENGE:
        challenge = "…"
    tenant = "" if request.tenant_id is None else f" --tenant {request.tenant_id}"
    return f"az login --claims-challenge {challenge}{tenant} --scope {request.default_scope}"


def _folder(environ: Mapping[str, str]) -> Path:
    configured = environ.get("AZURE_CONFIG_DIR")
    try:
        return Path(configured) if configured else Path.home() / ".azure"
    except RuntimeError:  # this user has no home, as in some containers
        return Path(os.devnull, ".azure")  # which does not exist


def _has_profile(environ: Mapping[str, str]) -> bool:
    try:
        return (_folder(environ) / "azureProfile.json").exists()
    except OSError:  # another user's folder
        return False


def known_tenants(environ: Mapping[str, str]) -> set[str]:
    """Return the tenants of the CLI's subscriptions: their domains, or ids if it has no domain."""
    try:
        found = {
            one.get("tenantDefaultDomain") or one["tenantId"] for one in _subscriptions(environ)
        }
    except _UNREADABLE_PROFILE:
        return set()
    return {tenant for tenant in found if isinstance(tenant, str)}


def known_user(environ: Mapping[str, str]) -> str | None:
    """Return the account of the CLI's default subscription, or None if it has none."""
    try:
        name = next(one["user"]["name"] for one in _subscriptions(environ) if one.get("isDefault"))
    except _UNREADABLE_PROFILE:
        return None
    return name if isinstance(name, str) else None


def _subscriptions(environ: Mapping[str, str]) -> list[dict[str, Any]]:
    # The CLI writes a byte order mark.
    text = (_folder(environ) / "azureProfile.json").read_text(encoding="utf-8-sig")
    subscriptions: list[dict[str, Any]] = json.loads(text)["subscriptions"]
    return subscriptions


def configured_cloud(environ: Mapping[str, str], default: str = DEFAULT_CLOUD) -> str:
    """Return the configured cloud of the Azure CLI.

    :param default: returned if no cloud is configured.
    :returns: the name, or an empty string if the configuration cannot be read.
    """
    config = configparser.ConfigParser(interpolation=None)
    try:
        config.read(_folder(environ) / "config", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return ""
    return config.get("cloud", "name", fallback=default)
