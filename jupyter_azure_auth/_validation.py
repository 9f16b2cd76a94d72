"""What a tenant, a scope, a claims challenge and a name can be, for kernel, server and page.

``validation.json`` has the patterns and limits. The page's functions are in
``src/auth/validation.ts``; ``test/cases/validation.json`` and ``test/cases/scopes.json`` have the
examples that both are tested with.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeGuard

from ._clouds import CLOUDS, DEFAULT_CLOUD

if TYPE_CHECKING:
    from collections.abc import Iterable

_RULES: Final[dict[str, Any]] = json.loads(
    Path(__file__).with_name("validation.json").read_text(encoding="utf-8")
)
_GUID: Final = re.compile(_RULES["guid"])
_DOMAIN: Final = re.compile(_RULES["domain"])
_SCOPE: Final = re.compile(_RULES["scope"])

_UNRESTRICTED: Final = frozenset(_RULES["unrestricted_tenants"])
"""Values in place of a tenant that admit a token of any tenant."""

_RESERVED_SCOPES: Final = frozenset(_RULES["reserved_scopes"])
"""MSAL adds these itself and raises if a caller does."""

MAX_SCOPES: Final[int] = _RULES["max_scopes"]

MAX_CLAIMS_LENGTH: Final[int] = _RULES["max_claims_length"]

MAX_NAME_LENGTH: Final[int] = _RULES["max_name_length"]
"""Characters of a user name: 64 before and 255 after the @ (RFC 5321)."""


def is_guid(value: str) -> bool:
    """Whether the value is a GUID in its usual form, with nothing around it."""
    return _GUID.fullmatch(value) is not None


def is_one_tenant(value: str) -> bool:
    """Whether the value names a single tenant, by GUID or domain."""
    is_domain = len(value) <= _RULES["max_domain_length"] and _DOMAIN.fullmatch(value) is not None
    return is_domain or is_guid(value)


def is_unrestricted(tenant: str | None) -> bool:
    """Whether a request with this tenant accepts a token of any tenant."""
    return tenant is None or tenant.lower() in _UNRESTRICTED


def is_tenant(value: object) -> bool:
    """Whether the value names a single tenant, or any tenant."""
    return isinstance(value, str) and (is_unrestricted(value) or is_one_tenant(value))


def one_tenant(tenant: str | None) -> str | None:
    """Return the single tenant that a request is for, or None if any tenant is accepted."""
    return None if is_unrestricted(tenant) else tenant


def are_scopes(values: object) -> TypeGuard[list[str] | tuple[str, ...]]:
    """Whether the value is a list of scopes, not too long. It may be empty."""
    if not isinstance(values, list | tuple):
        return False
    texts = [value for value in values if isinstance(value, str) and _SCOPE.fullmatch(value)]
    return len(texts) == len(values) <= MAX_SCOPES and _RESERVED_SCOPES.isdisjoint(texts)


def is_claims(value: object) -> bool:
    """Whether the value is a claims challenge, a JSON object, as resources send them."""
    if not isinstance(value, str) or len(value) > MAX_CLAIMS_LENGTH:
        return False
    try:
        value.encode()  # JSON can contain half of a surrogate pair
        return isinstance(json.loads(value, parse_constant=_refuse_constant), dict)
    except (ValueError, RecursionError):
        return False


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def is_name(value: object) -> bool:
    """Whether the value is a line of text that can be sent on and shown."""
    return isinstance(value, str) and 0 < len(value) <= MAX_NAME_LENGTH and value.isprintable()


def to_name(text: str) -> str:
    """Return a text that is only shown as a line that can be sent on; empty if nothing is left.

    A directory's display names and the names of files can contain any character.
    """
    line = "".join(character if character.isprintable() else " " for character in text)
    return line[:MAX_NAME_LENGTH].strip()


def resource_of(scope: str) -> str:
    """Return the resource of a scope, as azure-identity does. A bare resource is returned as is.

    ``https://storage.azure.com//.default`` keeps the slash at the end of its audience.

    :returns: the resource, or an empty string for a scope without one, which is Microsoft Graph's.
    """
    resource, _, permission = scope.rpartition("/")
    is_bare = not permission or resource.endswith(":/") or is_guid(scope)
    return scope if is_bare else resource


def resource_key(scope_or_resource: str) -> str:
    """Return what two names of one resource have in common, to compare them.

    Neither a slash at the end nor the case distinguishes resources. A scope without a resource is
    Microsoft Graph's.
    """
    resource = resource_of(scope_or_resource) or CLOUDS[DEFAULT_CLOUD].audiences["graph"]
    return resource.rstrip("/").lower()


def is_one_resource(scopes: Iterable[str]) -> bool:
    """Whether all scopes are of one resource: Entra accepts one per request (RFC 8707)."""
    return len({resource_of(scope) for scope in scopes}) == 1


def with_permission(scope: str) -> str:
    """Return a scope that Entra accepts: a bare resource gets ``/.default`` (all granted)."""
    return f"{scope}/.default" if scope and resource_of(scope) == scope else scope
