"""The sign-in of the Azure CLI, where there is one."""

from __future__ import annotations

import configparser
import json
import logging
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .granted import Granted, MachineAccount, SourceName, Wish
from .quiet import azure_identity_quiet
from .reasons import NotUsed, NotUsedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from azure.core.credentials import AccessTokenInfo

log = logging.getLogger(__name__)

PROCESS_TIMEOUT: Final = 30
"""Seconds. azure-identity's default of 10 is too short for a first `az` on a slow disk."""


class _SignIn(NamedTuple):
    username: str
    tenant_id: str


class AzureCli:
    """Tokens of whoever has signed in with ``az login``."""

    name: Final[SourceName] = "azure-cli"

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def unfit(self, wish: Wish) -> NotUsed | None:
        """Say why it cannot be asked: it has no argument for the cloud, and takes no claims."""
        code = self._unfit(wish)
        return None if code is None else NotUsed(self.name, code)

    def _unfit(self, wish: Wish) -> str | None:
        if wish.account is not None:
            return "account_wanted"
        if shutil.which("az", path=self._environ.get("PATH")) is None:
            return "az_missing"
        if _signed_in(self._environ) is None:
            return "az_signed_out"
        if wish.cloud not in (None, configured_cloud(self._environ)):
            return "other_cloud"
        return None if wish.claims is None else "az_claims"

    def token(
        self,
        wish: Wish,
        on_wait: Callable[[], None] | None = None,  # noqa: ARG002 (as all sources)
    ) -> Granted:
        """Ask `az`, for half a minute at most. What it prints instead is not repeated anywhere.

        :param on_wait: never called: it always takes a second, or ten.
        :raises NotUsedError: it has no token.
        """
        who = _signed_in(self._environ)
        info, code, detail = _run(wish)
        if info is None or who is None:
            log.info("No token of the Azure CLI: %s %s", code, detail)
            raise NotUsedError(NotUsed(self.name, code, detail))
        account = MachineAccount(
            f"{self.name}:{who.username}@{who.tenant_id}",
            "Azure CLI",
            who.username,
            wish.tenant_id or who.tenant_id,
        )
        return Granted(info.token, info.token_type, int(info.expires_on), info.refresh_on, account)


def _run(wish: Wish) -> tuple[AccessTokenInfo | None, str, str]:
    """Get a token, or the code and detail of why there is none."""
    from azure.identity import AzureCliCredential  # noqa: PLC0415 (120 ms)

    source = AzureCliCredential(tenant_id=wish.tenant_id or "", process_timeout=PROCESS_TIMEOUT)
    try:
        with azure_identity_quiet():
            return source.get_token_info(wish.default_scope), "az_failed", ""
    except Exception as error:  # noqa: BLE001 (whatever it is, there is no token)
        if isinstance(error.__cause__, subprocess.TimeoutExpired):
            return None, "az_slow", ""
        number = re.search(r"AADSTS\d{4,8}", str(error))
        return (None, "az_refused", number[0]) if number else (None, "az_failed", "")


def _folder(environ: Mapping[str, str]) -> Path:
    configured = environ.get("AZURE_CONFIG_DIR")
    return Path(configured) if configured else Path.home() / ".azure"


def known_tenants(environ: Mapping[str, str]) -> set[str]:
    """List the tenants whose subscriptions the CLI knows: their domains, ids where it has none."""
    try:
        found = {
            one.get("tenantDefaultDomain") or one["tenantId"] for one in _subscriptions(environ)
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError):
        return set()
    return {tenant for tenant in found if isinstance(tenant, str)}


def _subscriptions(environ: Mapping[str, str]) -> list[dict[str, Any]]:
    # With a byte order mark: the CLI writes one.
    text = (_folder(environ) / "azureProfile.json").read_text(encoding="utf-8-sig")
    subscriptions: list[dict[str, Any]] = json.loads(text)["subscriptions"]
    return subscriptions


def _signed_in(environ: Mapping[str, str]) -> _SignIn | None:
    """Read who is signed in; None if nobody is."""
    try:
        subscriptions = _subscriptions(environ)
        chosen = next((one for one in subscriptions if one.get("isDefault")), subscriptions[0])
        return _SignIn(str(chosen["user"]["name"]), str(chosen["tenantId"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError):
        return None


def configured_cloud(environ: Mapping[str, str], default: str = "AzureCloud") -> str:
    """Read which cloud the Azure CLI is set to.

    :param default: what it is where nobody has set any.
    :returns: empty, which is no cloud, if its configuration cannot be read.
    """
    config = configparser.ConfigParser(interpolation=None)
    try:
        config.read(_folder(environ) / "config", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return ""
    return config.get("cloud", "name", fallback=default)
