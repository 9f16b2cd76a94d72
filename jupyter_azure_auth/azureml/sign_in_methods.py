"""The ways to sign in: JupyterLab's page, and azure-identity in a terminal without Jupyter."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._models import UNKNOWN, TokenRequest
from jupyter_azure_auth.kernel.broker import process_broker
from jupyter_azure_auth.kernel.cache import CachedToken
from jupyter_azure_auth.kernel.credential import JupyterCredential
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken, Refusal
from jupyter_azure_auth.kernel.terminal.prompt import authenticate
from jupyter_azure_auth.kernel.token import build_azure_core_tokens
from jupyter_azure_auth.kernel.wakeup import run

from .sign_in import ExistingSignIn

if TYPE_CHECKING:
    from azure.core.credentials import SupportsTokenInfo, TokenRequestOptions
    from azure.identity import AuthenticationRecord

    from jupyter_azure_auth.kernel.token import JupyterAccessToken, JupyterAccessTokenInfo

    from .clouds import Cloud
    from .sign_in import SignInSource

CACHE_NAME: Final = "jupyter-azure-auth"
"""Name of azure-identity's cache in the keychain, separate from other programs' caches."""


class JupyterSignInCredential(JupyterCredential):
    """The credential of kernels: JupyterLab's sign-in or an ambient identity.

    It has separate methods to look for an identity and to have the user sign in.
    """

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
    # The source was asked for that tenant, and never returns a token from another one.
    return ExistingSignIn(
        _source(issued), account.username if account else issued.identity, request.tenant_id
    )


def _source(issued: IssuedToken) -> SignInSource:
    match issued.origin:
        case "page" | "terminal":
            return "session"
        case "azure-cli":
            return "azure-cli"
    return "machine"


class TerminalCredential:
    """A credential for a sign-in in a browser, or with a device code if there is no browser.

    It is for scripts and IPython terminals without Jupyter.

    If the system has a keychain, azure-identity stores the sign-in in it, and the account is stored
    in a file beside azure-identity's own files. Without a keychain both are in memory only.
    """

    def __init__(self, tenant_id: str | None, cloud: Cloud, folder: Path | None = None) -> None:
        self._tenant_id = tenant_id
        self._cloud = cloud
        self._folder = folder or _identity_folder()
        self._inner: SupportsTokenInfo | None = None
        self._record: AuthenticationRecord | None = None

    @property
    def account(self) -> object:
        """The account of the tokens, for comparison only."""
        return self._record.home_account_id if self._record else None

    def find_existing(self, scope: str) -> ExistingSignIn | Refusal:
        """Return the identity of an earlier script's stored sign-in, or a refusal."""
        from azure.identity import InteractiveBrowserCredential  # noqa: PLC0415 (120 ms)

        record = self._load_record()
        if record is None or not has_keychain():
            return Refusal("sign_in_required")
        silent = InteractiveBrowserCredential(
            **self._options(record), disable_automatic_authentication=True
        )
        try:
            silent.get_token_info(scope)
        except Exception:  # noqa: BLE001 (after any failure the user must sign in)
            return Refusal("sign_in_required")
        self._inner = InteractiveBrowserCredential(**self._options(record))
        return self._found("saved", record)

    def prompt(self, scope: str) -> ExistingSignIn | Refusal:
        """Have the user sign in, and store the sign-in for the next script."""
        self._inner, record = authenticate(scope, self._options(None))
        if has_keychain():
            with suppress(OSError):  # the next script asks the user again
                self._save_record(record)
        return self._found("session", record)

    def get_token(self, *scopes: str, **options: Any) -> JupyterAccessToken:
        """Return a token as azure-identity's credential does, in an object that hides it."""
        return self._redacted(scopes, options).access

    def get_token_info(
        self, *scopes: str, options: TokenRequestOptions | None = None
    ) -> JupyterAccessTokenInfo:
        """Return a token with the details that azure-core's pipelines use."""
        return self._redacted(scopes, dict(options or {})).info

    def _redacted(self, scopes: tuple[str, ...], options: dict[str, Any]) -> CachedToken:
        if self._inner is None:
            raise AssertionError("a sign-in must precede requests for tokens")
        entry = _entry(self._inner, scopes, options)
        build_azure_core_tokens(entry, None)
        return entry

    def _found(self, source: Any, record: AuthenticationRecord) -> ExistingSignIn:
        self._record = record
        return ExistingSignIn(source, record.username, record.tenant_id, self._cloud.name)

    def _options(self, record: AuthenticationRecord | None) -> dict[str, Any]:
        from azure.identity import TokenCachePersistenceOptions  # noqa: PLC0415 (120 ms)

        named = {
            "tenant_id": self._tenant_id,
            "authentication_record": record,
            "cache_persistence_options": TokenCachePersistenceOptions(name=CACHE_NAME)
            if has_keychain()
            else None,
        }
        return {
            "authority": self._cloud.endpoints.active_directory,
            "additionally_allowed_tenants": ["*"],
            **{name: value for name, value in named.items() if value is not None},
        }

    @property
    def _file(self) -> Path:
        # Cloud and tenant are validated, so the name contains no path.
        name = f"{CACHE_NAME}.{self._cloud.name}.{self._tenant_id or 'home'}.json"
        return self._folder / name

    def _load_record(self) -> AuthenticationRecord | None:
        from azure.identity import AuthenticationRecord  # noqa: PLC0415 (120 ms)

        try:
            return AuthenticationRecord.deserialize(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None

    def _save_record(self, record: AuthenticationRecord) -> None:
        """Store the account in a file, which contains no secret."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(record.serialize())


def _entry(source: SupportsTokenInfo, scopes: tuple[str, ...], options: Any) -> CachedToken:
    info = source.get_token_info(*scopes, options=options)
    issued = IssuedToken(
        info.token, int(info.expires_on), Identity("terminal"), info.token_type, info.refresh_on
    )
    return CachedToken(issued)


def _identity_folder() -> Path:
    """Return the folder of azure-identity's cache files."""
    base = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None
    return (Path(base) if base else Path.home()) / ".IdentityService"


@cache
def has_keychain() -> bool:
    """Whether the keychain works. Tested once: on Linux it needs a running secret service.

    Without a keychain nothing is stored: azure-identity would write plain text instead.
    """
    if sys.platform in ("win32", "darwin"):
        return True
    from msal_extensions import build_encrypted_persistence  # noqa: PLC0415 (as azure-identity)

    try:
        with TemporaryDirectory() as folder:
            build_encrypted_persistence(str(Path(folder) / "probe"))
    except Exception:  # noqa: BLE001 (no library, no service, or a locked one)
        return False
    return True
