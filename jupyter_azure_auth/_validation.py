"""What a scope says of its resource: the one answer for kernel, server and machine.

Its twin is ``src/session/scopes.ts``; ``test/scopes.json`` holds the cases of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._tenants import is_guid

if TYPE_CHECKING:
    from collections.abc import Iterable


def resource_of(scope: str) -> str:
    """Return the resource of a scope, or of a bare resource itself, as azure-identity does.

    ``https://storage.azure.com//.default`` keeps the slash that its audience ends in.

    :returns: empty for a scope that names none: it is Microsoft Graph's.
    """
    resource, _, permission = scope.rpartition("/")
    is_bare = not permission or resource.endswith(":/") or is_guid(scope)
    return scope if is_bare else resource


def is_one_resource(scopes: Iterable[str]) -> bool:
    """Whether all scopes are of one resource: Entra takes one per request (RFC 8707)."""
    return len({resource_of(scope) for scope in scopes}) == 1


def with_permission(scope: str) -> str:
    """Return a scope that Entra takes: of a bare resource, everything that is granted there."""
    return f"{scope}/.default" if scope and resource_of(scope) == scope else scope
