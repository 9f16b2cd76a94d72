"""The resource of a scope, for the kernel, the server extension and ambient identities.

The TypeScript counterpart is ``src/auth/scopes.ts``; ``test/scopes.json`` has the test cases of
both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._tenants import is_guid

if TYPE_CHECKING:
    from collections.abc import Iterable


def resource_of(scope: str) -> str:
    """Return the resource of a scope, as azure-identity does. A bare resource is returned as is.

    ``https://storage.azure.com//.default`` keeps the slash at the end of its audience.

    :returns: the resource, or an empty string for a scope without one, which is Microsoft Graph's.
    """
    resource, _, permission = scope.rpartition("/")
    is_bare = not permission or resource.endswith(":/") or is_guid(scope)
    return scope if is_bare else resource


def is_one_resource(scopes: Iterable[str]) -> bool:
    """Whether all scopes are of one resource: Entra accepts one per request (RFC 8707)."""
    return len({resource_of(scope) for scope in scopes}) == 1


def with_permission(scope: str) -> str:
    """Return a scope that Entra accepts: a bare resource gets ``/.default`` (all granted)."""
    return f"{scope}/.default" if scope and resource_of(scope) == scope else scope
