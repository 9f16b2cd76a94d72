"""The requests and responses of the App Service identity contract.

Source: https://learn.microsoft.com/azure/app-service/overview-managed-identity, and what
azure-identity, @azure/identity and the Rust crate object_store send and read.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.audiences import scope_of
from jupyter_azure_auth.endpoint_variables import PARENT_SERVER_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tornado.httputil import HTTPServerRequest

    from jupyter_azure_auth.server.models import IssuedToken

SECRET_HEADER: Final = "X-IDENTITY-HEADER"  # noqa: S105 (a name)

REPORTED_LIFETIME_S: Final = 600
"""Maximum seconds of validity that are reported.

An SDK asks again 5 minutes before the reported end, so that it notices a sign-out in time.
"""

ERROR_STATUS: Final = HTTPStatus.BAD_REQUEST
"""The only error status: with any other one, azure-identity retries for 5 s, or ends its chain."""

_VERSIONS: Final = frozenset({"2017-09-01", "2018-02-01", "2019-08-01"})

_SELECTORS: Final = frozenset(
    {"client_id", "clientid", "object_id", "principal_id", "mi_res_id", "msi_res_id"}
)
"""Parameters that name a managed identity; a user's token does not answer such a request."""

_FORWARDED: Final = ("origin", "forwarded", "via", "sec-fetch-", "x-forwarded-")
"""Beginnings of the headers that a browser or a proxy adds, and no SDK."""


class EndpointError(Exception):
    """A refusal. Its text is one for users, because SDKs include it in their exceptions."""

    def __init__(self, text: str, code: str = "invalid_message") -> None:
        super().__init__(text)
        self.code = code

    def to_wire(self) -> dict[str, Any]:
        """Return the body in the form that azure-identity reads."""
        return {"statusCode": int(ERROR_STATUS), "message": str(self), "code": self.code}


@dataclass(frozen=True)
class EndpointRequest:
    """A request for a token."""

    scope: str
    secret: str = field(repr=False)
    tenant_id: str | None = None
    names_account: bool = False
    """Whether the answer also names the account."""


def parse_request(request: HTTPServerRequest, host: str) -> EndpointRequest:
    """Return the request of an SDK.

    :param host: the ``Host`` header that a direct caller sends.
    :raises EndpointError: if the request is malformed, or does not come directly from a program.
    """
    secret, arguments = _read_secret(request, host), _arguments(request)
    if not _SELECTORS.isdisjoint(name.lower() for name in arguments):
        raise EndpointError(
            "The request names a managed identity, but this endpoint has the token of the user who "
            "is signed in to Azure. Leave out the client id (and the variable AZURE_CLIENT_ID)."
        )
    if _one(arguments, "api-version") not in _VERSIONS:
        raise EndpointError("The parameter api-version must be 2019-08-01.")
    resource = _one(arguments, "resource")
    if not resource:
        raise EndpointError("The parameter resource is missing: it names the service.")
    return EndpointRequest(_scope(resource), secret)


def parse_az_request(request: HTTPServerRequest, host: str, cloud: str) -> EndpointRequest:
    """Return the request of our `az`, or of another helper of this package.

    :param cloud: name of the cloud whose resource manager is meant if no resource is named.
    :raises EndpointError: as for :func:`parse_request`.
    """
    secret, arguments = _read_secret(request, host), _arguments(request)
    scope, resource = _one(arguments, "scope"), _one(arguments, "resource")
    if scope is None:
        scope = scope_of("arm", cloud) if resource is None else _scope(resource)
    return EndpointRequest(scope, secret, _one(arguments, "tenant"), names_account=True)


def _scope(resource: str) -> str:
    return f"{resource.removesuffix('/.default')}/.default"


def _arguments(request: HTTPServerRequest) -> dict[str, list[str]]:
    return {
        name: [value.decode("utf-8", "replace") for value in values]
        for name, values in request.query_arguments.items()
    }


def _read_secret(request: HTTPServerRequest, host: str) -> str:
    """Return the secret, which Hadoop can send in the path only."""
    if any(name.lower().startswith(_FORWARDED) for name in request.headers):
        raise EndpointError(
            "Only programs on this host can send requests, and not through a proxy."
        )
    if request.headers.get_list("Host") != [host]:
        raise EndpointError("Only programs on this host can send requests.")
    in_path = request.path.removeprefix(f"{PARENT_SERVER_PATH}/")
    if in_path != request.path and request.headers.get_list("Metadata") == ["true"]:
        return in_path
    secrets = request.headers.get_list(SECRET_HEADER)
    if len(secrets) != 1:
        raise EndpointError(f"The header {SECRET_HEADER} is missing: set it to $IDENTITY_HEADER.")
    return secrets[0]


def _one(arguments: Mapping[str, list[str]], name: str) -> str | None:
    values = arguments.get(name, [])
    return values[0] if len(values) == 1 else None


def token_to_wire(
    issued: IssuedToken, scope: str, now: Callable[[], float] = time.time
) -> dict[str, str]:
    """Return the response body with a token. Times are strings, as App Service sends them."""
    return {
        "access_token": issued.token,
        "expires_on": str(min(issued.expires_on, int(now()) + REPORTED_LIFETIME_S)),
        "resource": scope.removesuffix("/.default"),
        "token_type": "Bearer",
    }


def account_to_wire(issued: IssuedToken, cloud: str) -> dict[str, str]:
    """Return the fields with which our `az` names the account of a token."""
    return {
        "tenant_id": issued.account.tenant_id,
        "username": issued.account.username,
        "cloud": cloud,
    }
