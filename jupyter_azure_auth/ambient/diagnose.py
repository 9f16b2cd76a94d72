"""Maps the statuses and codes of a failed token request to one of :mod:`.reasons`."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from .response import SEVERAL_IDENTITIES, HostResponse

if TYPE_CHECKING:
    from .hosts import EndpointProtocol, Host
    from .identity_client import TokenRequestFailedError

    Diagnosis = tuple[str, str]

ENDPOINT_NAMES: Final[dict[EndpointProtocol, str]] = {
    "service-fabric": "IDENTITY_ENDPOINT",
    "app-service": "IDENTITY_ENDPOINT",
    "arc": "IDENTITY_ENDPOINT",
    "msi": "MSI_ENDPOINT",
    "msi-legacy": "MSI_ENDPOINT",
    "aks": "AZURE_AUTHORITY_HOST",
    "imds": "the metadata service",
}
"""Names of the hosts' addresses in texts."""

KEY_VARIABLES: Final[dict[EndpointProtocol, str]] = {
    "service-fabric": "IDENTITY_HEADER",
    "app-service": "IDENTITY_HEADER",
    "msi": "MSI_SECRET",
}
"""Variable with the key of a host, for hosts that require one."""

_BY_STATUS: Final[dict[int, str]] = {
    HTTPStatus.OK: "no_token",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.GONE: "upgrading",
    HTTPStatus.TOO_MANY_REQUESTS: "busy",
}

_OF_CONTENT: Final = ("sso_failure", "too_long", "bad_expiry", "expired")


def diagnose(host: Host, client_id: str | None, failure: TokenRequestFailedError) -> Diagnosis:
    """Return the reason why a host returned no token.

    :param client_id: the requested client id, or None.
    :returns: a code of :data:`.._error_catalog.AMBIENT` and its detail.
    """
    name = ENDPOINT_NAMES.get(host.protocol, "")
    answer = failure.responses[-1] if failure.responses else None
    if answer is None:
        if host.protocol == "aks" and failure.problem in ("FileNotFoundError", "PermissionError"):
            return "federated_file", ""
        return "failed", failure.problem
    if not isinstance(answer, HostResponse):
        return answer, name
    if answer.kind in _OF_CONTENT:
        return answer.kind, name
    if answer.error.startswith("AADSTS"):
        return "federated_refused" if host.protocol == "aks" else "entra_refused", answer.error
    return _by_status(host, client_id, answer, failure)


def _by_status(
    host: Host, client_id: str | None, answer: HostResponse, failure: TokenRequestFailedError
) -> Diagnosis:
    name = ENDPOINT_NAMES.get(host.protocol, "")
    match answer.status:
        case HTTPStatus.BAD_REQUEST:
            return _bad_request(answer.error, client_id)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN as status:
            return _refused(host, status, failure)
        case HTTPStatus.NOT_FOUND if host.kind == "compute-instance":
            return "not_authenticated", ""
        case status if status in _BY_STATUS:
            return _BY_STATUS[status], name
        case status if status in range(300, 400):
            return "redirected", name
        case status:
            broken = status >= HTTPStatus.INTERNAL_SERVER_ERROR
            return ("host_failed" if broken else "unexpected_status"), str(status)


def _bad_request(error: str, client_id: str | None) -> Diagnosis:
    if error == "invalid_resource":
        return "other_resource", ""
    if error == SEVERAL_IDENTITIES and client_id is None:
        return "several_identities", ""
    return ("no_identity" if client_id is None else "other_client"), ""


def _refused(host: Host, status: int, failure: TokenRequestFailedError) -> Diagnosis:
    if host.protocol == "arc" and status == HTTPStatus.UNAUTHORIZED:
        return _arc(failure), ""
    if host.protocol == "imds" and status == HTTPStatus.FORBIDDEN:
        return "proxied", ""
    key = KEY_VARIABLES.get(host.protocol)
    return ("unexpected_status", str(status)) if key is None else ("key_refused", key)


def _arc(failure: TokenRequestFailedError) -> str:
    """Return the reason for a 401 of Arc.

    The first one names a key file; if that cannot be read, there is no second request.
    """
    if len(failure.responses) > 1:
        return "arc_refused"
    return "arc_denied" if failure.problem == "PermissionError" else "arc_challenge"
