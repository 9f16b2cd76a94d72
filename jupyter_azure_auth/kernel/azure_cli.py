"""The sign-in of the Azure CLI, where there is one."""

from __future__ import annotations

import configparser
import json
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .protocol import Identity, Issued, Request
from .quiet import azure_identity_quiet

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

PROCESS_TIMEOUT: Final = 30
"""Seconds. azure-identity's default of 10 is too short for a first `az` on a slow disk."""


def fits(request: Request, environ: Mapping[str, str]) -> bool:
    """Say whether somebody has signed in with `az login`, and `az` can do what is asked for.

    It cannot satisfy claims, and it has no argument for the cloud.
    """
    return (
        request.account is None
        and request.claims is None
        and shutil.which("az", path=environ.get("PATH")) is not None
        and _signed_in(environ) is not None
        and request.cloud in (None, _cloud(environ))
    )


def token(request: Request, environ: Mapping[str, str]) -> Issued | None:
    """Ask `az`, for half a minute at most; None if it has no token.

    What it prints instead is not repeated anywhere.
    """
    from azure.identity import AzureCliCredential  # noqa: PLC0415 (120 ms)

    source = AzureCliCredential(tenant_id=request.tenant_id or "", process_timeout=PROCESS_TIMEOUT)
    try:
        with azure_identity_quiet():
            info = source.get_token_info(*request.scopes)
    except Exception as error:  # noqa: BLE001 (whatever it is, there is no token)
        log.info("No token of the Azure CLI: %s", type(error).__name__)
        return None
    return Issued(
        info.token,
        int(info.expires_on),
        Identity(f"azure-cli:{_signed_in(environ)}"),
        info.token_type,
        info.refresh_on,
        "azure-cli",
    )


def _folder(environ: Mapping[str, str]) -> Path:
    configured = environ.get("AZURE_CONFIG_DIR")
    return Path(configured) if configured else Path.home() / ".azure"


def _signed_in(environ: Mapping[str, str]) -> str | None:
    """Read who is signed in; None if nobody is."""
    try:
        # With a byte order mark: the CLI writes one.
        text = (_folder(environ) / "azureProfile.json").read_text(encoding="utf-8-sig")
        subscriptions: list[dict[str, Any]] = json.loads(text)["subscriptions"]
        chosen = next((one for one in subscriptions if one.get("isDefault")), subscriptions[0])
        return f"{chosen['user']['name']}@{chosen['tenantId']}"
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError):
        return None


def _cloud(environ: Mapping[str, str]) -> str:
    config = configparser.ConfigParser(interpolation=None)
    try:
        config.read(_folder(environ) / "config", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return ""
    return config.get("cloud", "name", fallback="AzureCloud")
