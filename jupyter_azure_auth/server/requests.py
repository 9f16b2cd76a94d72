"""The requests of pages and kernels, validated and turned into values.

Nothing else of a request reaches an authority; in particular, no address and no client id.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._tenants import is_one_tenant, is_unrestricted, one_tenant
from jupyter_azure_auth._validation import is_one_resource
from jupyter_azure_auth.server.routes.base import APIError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_CLAIMS_LENGTH: Final = 8192
"""Characters of a claims challenge."""

MAX_NAME: Final = 320
"""Characters of a user name: 64 before and 255 after the @ (RFC 5321)."""

MAX_SCOPES: Final = 20

MAX_PORT: Final = 0xFFFF

_SCOPE: Final = re.compile(r"[!-~]{1,512}")

_RESERVED: Final = frozenset({"openid", "profile", "offline_access"})
"""MSAL adds these itself and raises if a caller does."""


@dataclass(frozen=True)
class SignInRequest:
    """The parameters of a sign-in by redirect."""

    port: int
    """The port at which the browser reaches this server; behind a tunnel, not the server's port."""
    scopes: tuple[str, ...] = ()
    tenant_id: str | None = None
    claims: str | None = field(default=None, repr=False)
    login_hint: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class DeviceCodeRequest:
    """The parameters of a sign-in with a code."""

    scopes: tuple[str, ...]
    tenant_id: str | None = None
    claims: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class TokenRequest:
    """A token request."""

    scopes: tuple[str, ...]
    tenant_id: str | None = None
    cloud: str | None = None
    account: str | None = field(default=None, repr=False)
    claims: str | None = field(default=None, repr=False)
    force: bool = False
    enable_cae: bool = False
    require_user: bool = False
    """Whether tokens of ambient identities are refused."""


def read_sign_in_request(fields: Mapping[str, Any]) -> SignInRequest:
    """Return the fields of ``loopback/start``.

    :raises Refusal: if a field is missing or malformed.
    """
    return SignInRequest(
        port=_required(fields, "port", _is_port),
        scopes=tuple(_optional(fields, "scopes", _are_scopes_or_none) or ()),
        tenant_id=_tenant(fields),
        claims=_optional(fields, "claims", _are_claims),
        login_hint=_optional(fields, "login_hint", is_name),
    )


def read_device_code_request(fields: Mapping[str, Any]) -> DeviceCodeRequest:
    """Return the fields of ``device-code/start``.

    :raises Refusal: if a field is missing or malformed.
    """
    return DeviceCodeRequest(
        scopes=tuple(_required(fields, "scopes", _are_scopes_or_none)),
        tenant_id=_tenant(fields),
        claims=_optional(fields, "claims", _are_claims),
    )


def read_token_request(fields: Mapping[str, Any]) -> TokenRequest:
    """Return the fields of ``token``.

    :raises Refusal: if a field is missing or malformed.
    """
    return TokenRequest(
        scopes=tuple(sorted(set(_required(fields, "scopes", _are_scopes)))),
        tenant_id=_tenant(fields),
        cloud=_optional(fields, "cloud", is_name),
        account=_optional(fields, "account", is_name),
        claims=_optional(fields, "claims", _are_claims),
        force=read_flag(fields, "force"),
        enable_cae=read_flag(fields, "enable_cae"),
        require_user=read_flag(fields, "require_user"),
    )


def read_text(fields: Mapping[str, Any], name: str) -> str:
    """Return a required text.

    :raises Refusal: if it is missing or malformed.
    """
    text: str = _required(fields, name, is_name)
    return text


def read_account(fields: Mapping[str, Any]) -> str | None:
    """Return the id of an account; None if it is absent.

    :raises Refusal: if it is malformed.
    """
    account: str | None = _optional(fields, "account", is_name)
    return account


def read_flag(fields: Mapping[str, Any], name: str, *, required: bool = False) -> bool:
    """Return a boolean; False if it is absent and not needed.

    :raises Refusal: if it is malformed, or missing though needed.
    """
    read = _required if required else _optional
    return bool(read(fields, name, _is_flag))


def _required(fields: Mapping[str, Any], name: str, fits: Callable[[Any], bool]) -> Any:
    value = fields.get(name)
    if value is None or not fits(value):
        raise APIError(
            HTTPStatus.BAD_REQUEST, "invalid_message", f'"{name}" is missing or malformed.'
        )
    return value


def _optional(fields: Mapping[str, Any], name: str, fits: Callable[[Any], bool]) -> Any:
    return None if fields.get(name) is None else _required(fields, name, fits)


def is_name(value: object) -> bool:
    """Whether this is a line of text that can be sent on."""
    # JSON can contain half of a surrogate pair, which is not printable and cannot be encoded.
    return isinstance(value, str) and 0 < len(value) <= MAX_NAME and value.isprintable()


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_PORT


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _tenant(fields: Mapping[str, Any]) -> str | None:
    """Return the requested tenant; None: any tenant."""
    return one_tenant(_optional(fields, "tenant_id", _is_tenant))


def _is_tenant(value: object) -> bool:
    return isinstance(value, str) and (is_unrestricted(value) or is_one_tenant(value))


def _are_scopes_or_none(value: object) -> bool:
    return value == [] or _are_scopes(value)


def _are_scopes(value: object) -> bool:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_SCOPES:
        return False
    if not all(isinstance(scope, str) and _SCOPE.fullmatch(scope) for scope in value):
        return False
    return is_one_resource(value) and _RESERVED.isdisjoint(value)


def _are_claims(value: object) -> bool:
    if not isinstance(value, str) or len(value) > MAX_CLAIMS_LENGTH:
        return False
    try:
        value.encode()
        return isinstance(json.loads(value), dict)
    except (ValueError, RecursionError):
        return False
