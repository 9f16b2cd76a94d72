"""The requests of pages and kernels, validated and turned into values.

Nothing else in a request reaches an authority; in particular, no address and no client id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal

from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth._validation import (
    are_scopes,
    is_claims,
    is_name,
    is_one_resource,
    is_tenant,
    one_tenant,
)
from jupyter_azure_auth.server.routes.base import APIError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_PORT: Final = 0xFFFF

WaitingProcess = Literal["terminal", "program"]
"""What a page calls a process that waits for its user to sign in."""

WAITING_PROCESSES: Final[tuple[WaitingProcess, ...]] = ("terminal", "program")


@dataclass(frozen=True)
class SignInRequest:
    """The parameters of a sign-in by redirect."""

    port: int
    """The port at which the browser reaches this server; behind a tunnel, not the server's port."""
    scopes: tuple[str, ...] = ()
    tenant_id: str | None = None
    claims: str | None = field(default=None, repr=False)
    login_hint: str | None = field(default=None, repr=False)
    account: str | None = None
    """Id of an account that is not active, and stays so if the user signs in as it."""


@dataclass(frozen=True)
class DeviceCodeRequest:
    """The parameters of a sign-in with a code."""

    scopes: tuple[str, ...]
    tenant_id: str | None = None
    claims: str | None = field(default=None, repr=False)
    account: str | None = None
    """As in :class:`SignInRequest`."""


def read_sign_in_request(fields: Mapping[str, Any]) -> SignInRequest:
    """Return the fields of ``loopback/start``.

    :raises APIError: if a field is missing or malformed.
    """
    return SignInRequest(
        port=_required(fields, "port", _is_port),
        scopes=tuple(_optional(fields, "scopes", _are_scopes_or_none) or ()),
        tenant_id=_tenant(fields),
        claims=_optional(fields, "claims", is_claims),
        login_hint=_optional(fields, "login_hint", is_name),
        account=read_account(fields),
    )


def read_device_code_request(fields: Mapping[str, Any]) -> DeviceCodeRequest:
    """Return the fields of ``device-code/start``.

    :raises APIError: if a field is missing or malformed.
    """
    return DeviceCodeRequest(
        scopes=tuple(_required(fields, "scopes", _are_scopes_or_none)),
        tenant_id=_tenant(fields),
        claims=_optional(fields, "claims", is_claims),
        account=read_account(fields),
    )


def read_token_request(fields: Mapping[str, Any]) -> TokenRequest:
    """Return the fields of ``token``.

    :raises APIError: if a field is missing or malformed.
    """
    return TokenRequest(
        scopes=tuple(sorted(set(_required(fields, "scopes", _are_scopes)))),
        tenant_id=_tenant(fields),
        cloud=_optional(fields, "cloud", is_name),
        account=_optional(fields, "account", is_name),
        claims=_optional(fields, "claims", is_claims),
        force=read_flag(fields, "force"),
        enable_cae=read_flag(fields, "enable_cae"),
        require_user=read_flag(fields, "require_user"),
    )


def read_text(fields: Mapping[str, Any], name: str) -> str:
    """Return a required text.

    :raises APIError: if it is missing or malformed.
    """
    text: str = _required(fields, name, is_name)
    return text


def read_account(fields: Mapping[str, Any]) -> str | None:
    """Return the id of an account; None if it is absent.

    :raises APIError: if it is malformed.
    """
    account: str | None = _optional(fields, "account", is_name)
    return account


def read_flag(fields: Mapping[str, Any], name: str, *, required: bool = False) -> bool:
    """Return a boolean; False if it is absent and not needed.

    :raises APIError: if it is malformed, or missing though needed.
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


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_PORT


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _tenant(fields: Mapping[str, Any]) -> str | None:
    """Return the requested tenant; None: any tenant."""
    return one_tenant(_optional(fields, "tenant_id", is_tenant))


def _are_scopes_or_none(value: object) -> bool:
    return value == [] or _are_scopes(value)


def _are_scopes(value: object) -> bool:
    return are_scopes(value) and is_one_resource(value)
