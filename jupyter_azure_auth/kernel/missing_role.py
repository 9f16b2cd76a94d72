"""Which role a request lacks that an Azure service refused, read from the service's answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from azure.core.exceptions import HttpResponseError

ASSIGN_ROLES: Final = (
    "An owner, or another user who can assign roles there, can grant it in the Azure portal under "
    "Access control (IAM)."
)

CHANGE_POLICIES: Final = (
    "A user who can change that vault can grant it in the Azure portal under Access policies."
)

STORAGE_ROLES: Final = {
    "blob": "Storage Blob Data",
    "dfs": "Storage Blob Data",
    "queue": "Storage Queue Data",
    "table": "Storage Table Data",
    "file": "Storage File Data Privileged",
}
"""Built-in roles by the label of a service's host name, without `Reader` or `Contributor`."""

VAULT_ROLES: Final = {
    "secrets": ("Key Vault Secrets User", "Key Vault Secrets Officer"),
    "keys": ("Key Vault Crypto User", "Key Vault Crypto Officer"),
    "certificates": ("Key Vault Certificate User", "Key Vault Certificates Officer"),
}
"""Built-in roles to use and to manage what a vault holds."""

_VAULT_USES: Final = re.compile(
    r"/(getSecret|readMetadata|read|encrypt|decrypt|wrap|unwrap|sign|verify)(/|\b)"
)
_VAULT_ACTION: Final = re.compile(r"Microsoft\.KeyVault/vaults/(\w+)/[\w/]+", re.IGNORECASE)
_VAULT_PERMISSION: Final = re.compile(r"does not have (\w+) (\w+) permission")
_ACTION_AND_SCOPE: Final = re.compile(
    r"perform action(?:\(s\))? '([\w./*, -]{1,300})' (?:over|on the linked) scope(?:\(s\))? "
    r"'(/[^'\s]{0,400})'"
)


class MissingRole(NamedTuple):
    """What a refused request lacks."""

    role: str
    """With its article, such as ``the role “Key Vault Secrets User”``."""
    resource: str
    """Such as ``the key vault contoso``."""
    who: str
    """The sentence that says who can grant it."""


def find_missing_role(error: HttpResponseError) -> MissingRole | None:
    """Return the role; None if the answer has another reason, such as a firewall."""
    response: Any = error.response
    url = urlsplit(response.request.url)
    host = (url.hostname or "").split(".")
    return (
        _of_storage(host, response)
        or _of_vault(host, _read_error(response))
        or _of_resource_manager(_read_error(response))
    )


def _of_storage(host: list[str], response: Any) -> MissingRole | None:
    code = response.headers.get("x-ms-error-code")
    roles = next((STORAGE_ROLES[label] for label in host[1:] if label in STORAGE_ROLES), None)
    if code != "AuthorizationPermissionMismatch" or roles is None:
        return None
    level = "Reader" if response.request.method in ("GET", "HEAD") else "Contributor"
    account = host[0].removesuffix("-secondary")
    return MissingRole(
        f"the role “{roles} {level}”", f"the storage account {account}", ASSIGN_ROLES
    )


def _of_vault(host: list[str], error: dict[str, Any]) -> MissingRole | None:
    inner, message = error.get("innererror"), str(error.get("message"))
    reason = inner.get("code") if isinstance(inner, dict) else None
    vault = f"the key vault {host[0]}"
    if reason == "ForbiddenByRbac" and (action := _VAULT_ACTION.search(message)) is not None:
        use, manage = VAULT_ROLES.get(action[1].lower(), ("", ""))
        role = use if _VAULT_USES.search(action[0]) else manage
        return MissingRole(f"the role “{role}”", vault, ASSIGN_ROLES) if role else None
    if (permission := _VAULT_PERMISSION.search(message)) is not None:
        kind, verb = permission.groups()
        return MissingRole(f"the permission “{verb}” for {kind}", vault, CHANGE_POLICIES)
    return None


def _of_resource_manager(error: dict[str, Any]) -> MissingRole | None:
    if error.get("code") not in ("AuthorizationFailed", "LinkedAuthorizationFailed"):
        return None
    named = _ACTION_AND_SCOPE.search(str(error.get("message")))
    if named is None:
        return None
    action, scope = named.groups()
    example = ", such as “Reader”," if action.endswith("/read") else ""
    return MissingRole(f"a role with the action {action}{example}", scope, ASSIGN_ROLES)


def _read_error(response: Any) -> dict[str, Any]:
    """Return the field ``error`` of an answer in JSON; empty if there is none."""
    read: Callable[[], str] = response.text
    try:
        body = json.loads(read())
    except Exception:  # noqa: BLE001 (no JSON, or a stream that was not read)
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}
