"""The sign-in that this process holds: in memory only, until the process ends."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._clouds import CLOUDS, DEFAULT_CLOUD
from jupyter_azure_auth._models import Account
from jupyter_azure_auth.ambient.token_claims import read_claims
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken, Refusal

from .prompt import authenticate

if TYPE_CHECKING:
    from azure.core.credentials import SupportsTokenInfo

    from jupyter_azure_auth._models import TokenRequest
    from jupyter_azure_auth.kernel.settings import Settings

_ENTRA_CODE: Final = re.compile(r"AADSTS\d+")


@dataclass(frozen=True)
class TerminalSignIn:
    """The signed-in account, and the credential of azure-identity, which never prompts."""

    account: Account
    cloud: str
    credential: SupportsTokenInfo = field(repr=False)
    pid: int = field(default_factory=os.getpid)

    def token(self, request: TokenRequest, account: str | None) -> IssuedToken | Refusal:
        """Return a token. Blocks, so never call it in a cell's thread.

        :param account: id or user name that the token must be for; None for the signed-in account.
        """
        if account is not None and not self.account.matches(account):
            return _wrong_account(request)
        if request.cloud not in (None, self.cloud):
            return login_required(request)
        try:
            return self._issued(request)
        except Exception as error:  # noqa: BLE001 (the caller waits for an answer, whatever it is)
            return _refusal(error, request)

    def _issued(self, request: TokenRequest) -> IssuedToken:
        given = {"claims": request.claims, "tenant_id": request.tenant_id}
        options: Any = {name: value for name, value in given.items() if value is not None}
        options["enable_cae"] = request.enable_cae
        info = self.credential.get_token_info(*request.scopes, options=options)
        tenant_id = read_claims(info.token).tenant_id or self.account.tenant_id
        return IssuedToken(
            info.token,
            int(info.expires_on),
            Identity(self.account.id),
            info.token_type,
            info.refresh_on,
            origin="terminal",
            account=replace(self.account, tenant_id=tenant_id),
        )


_held: Final[list[TerminalSignIn]] = []


def terminal_sign_in() -> TerminalSignIn | None:
    """Return the sign-in of this process, if there is one. A forked child has none."""
    return next((one for one in _held if one.pid == os.getpid()), None)


def end_terminal_sign_in() -> None:
    """Forget the sign-in."""
    _held.clear()


def begin_terminal_sign_in(settings: Settings, scope: str, **for_code: Any) -> None:
    """Have the user sign in, in place of the previous sign-in.

    :param for_code: options of azure-identity's credential that shows a code.
    :raises ~azure.core.exceptions.ClientAuthenticationError: the sign-in failed, or was not
        completed in time.
    :raises ValueError: the cloud is not known.
    """
    cloud = settings.cloud or DEFAULT_CLOUD
    if cloud not in CLOUDS:
        raise ValueError(f"cloud must be one of {', '.join(CLOUDS)}.")
    options = {
        "authority": f"https://{CLOUDS[cloud].login_host}",
        "additionally_allowed_tenants": ["*"],
        "disable_automatic_authentication": True,
        "timeout": int(settings.timeout),
    }
    if settings.tenant_id is not None:
        options["tenant_id"] = settings.tenant_id
    credential, record = authenticate(scope, options, **for_code)
    account = Account(record.home_account_id, "", record.username, record.tenant_id)
    _held[:] = [TerminalSignIn(account, cloud, credential)]


def login_required(request: TokenRequest) -> Refusal:
    """Return the refusal of a request that needs another sign-in, with the command to run."""
    options = {"--tenant": request.tenant_id, "--cloud": request.cloud}
    named = [f" {name} {value}" for name, value in options.items() if value is not None]
    scope = "".join(f" --scope {scope}" for scope in request.scopes[:1])
    command = f"%azure_login --force{''.join(named)}{scope}"
    return Refusal("login_required", remedy=f"Run `{command}`, then run this again.")


def _wrong_account(request: TokenRequest) -> Refusal:
    if request.account is None or request.account == "":
        return Refusal("other_identity")
    return Refusal(
        "wrong_account",
        "You are signed in here with an account other than the one that this credential asks for.",
        "Run `%azure_login --force` and sign in with that account, or leave out `account`.",
    )


def _refusal(error: Exception, request: TokenRequest) -> Refusal:
    from azure.core.exceptions import ServiceRequestError, ServiceResponseError  # noqa: PLC0415
    from azure.identity import AuthenticationRequiredError  # noqa: PLC0415

    if isinstance(error, ServiceRequestError | ServiceResponseError):
        return Refusal(
            "failed",
            "Azure cannot be reached from this computer.",
            "Check its network connection, then run this again.",
            detail="network",
        )
    found = _ENTRA_CODE.search(str(error))
    required = login_required(request)
    if isinstance(error, AuthenticationRequiredError):
        return replace(required, detail=found.group() if found else "")
    message = "Azure issued no token for your sign-in in this process."
    return Refusal("failed", message, required.remedy, detail=found.group() if found else "")
