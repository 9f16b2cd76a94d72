"""Maps the statuses and codes of a failed token request to one of :mod:`.reasons`."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from .answer import SEVERAL, Answer

if TYPE_CHECKING:
    from .asking import AskedInVainError
    from .host import Host, Wire

    Verdict = tuple[str, str]

NAMES: Final[dict[Wire, str]] = {
    "service-fabric": "IDENTITY_ENDPOINT",
    "app-service": "IDENTITY_ENDPOINT",
    "arc": "IDENTITY_ENDPOINT",
    "msi": "MSI_ENDPOINT",
    "msi-legacy": "MSI_ENDPOINT",
    "aks": "AZURE_AUTHORITY_HOST",
    "imds": "the metadata service",
}
"""Names of the hosts' addresses in texts."""

KEYS: Final[dict[Wire, str]] = {
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


def verdict(host: Host, client_id: str | None, vain: AskedInVainError) -> Verdict:
    """Return the reason why a host returned no token.

    :param client_id: the requested client id, or None.
    :returns: a code of :data:`.reasons.REASONS` and its detail.
    """
    name = NAMES.get(host.wire, "")
    answer = vain.answers[-1] if vain.answers else None
    if answer is None:
        if host.wire == "aks" and vain.problem in ("FileNotFoundError", "PermissionError"):
            return "federated_file", ""
        return "failed", vain.problem
    if not isinstance(answer, Answer):
        return answer, name
    if answer.kind in _OF_CONTENT:
        return answer.kind, name
    if answer.error.startswith("AADSTS"):
        return "federated_refused" if host.wire == "aks" else "entra_refused", answer.error
    return _by_status(host, client_id, answer, vain)


def _by_status(
    host: Host, client_id: str | None, answer: Answer, vain: AskedInVainError
) -> Verdict:
    name = NAMES.get(host.wire, "")
    match answer.status:
        case HTTPStatus.BAD_REQUEST:
            return _bad_request(answer.error, client_id)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN as status:
            return _refused(host, status, vain)
        case HTTPStatus.NOT_FOUND if host.place == "compute-instance":
            return "not_authenticated", ""
        case status if status in _BY_STATUS:
            return _BY_STATUS[status], name
        case status if status in range(300, 400):
            return "redirected", name
        case status:
            broken = status >= HTTPStatus.INTERNAL_SERVER_ERROR
            return ("out_of_order" if broken else "odd"), str(status)


def _bad_request(error: str, client_id: str | None) -> Verdict:
    if error == "invalid_resource":
        return "other_resource", ""
    if error == SEVERAL and client_id is None:
        return "several_identities", ""
    return ("no_identity" if client_id is None else "other_client"), ""


def _refused(host: Host, status: int, vain: AskedInVainError) -> Verdict:
    if host.wire == "arc" and status == HTTPStatus.UNAUTHORIZED:
        return _arc(vain), ""
    if host.wire == "imds" and status == HTTPStatus.FORBIDDEN:
        return "proxied", ""
    key = KEYS.get(host.wire)
    return ("odd", str(status)) if key is None else ("key_refused", key)


def _arc(vain: AskedInVainError) -> str:
    """Return the reason for a 401 of Arc.

    The first one names a key file; if that cannot be read, there is no second request.
    """
    if len(vain.answers) > 1:
        return "arc_refused"
    return "arc_denied" if vain.problem == "PermissionError" else "arc_challenge"
