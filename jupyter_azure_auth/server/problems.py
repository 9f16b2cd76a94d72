"""Why a sign-in or a token failed: a closed list of codes, and what an authority's errors mean.

Of what an authority says, one number is kept. Its sentences can name people, and MSAL's exceptions
repeat state and nonce, so none of these texts leaves this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Meaning(NamedTuple):
    """What a problem is on our wire."""

    status: HTTPStatus
    sentence: str


MEANINGS: Final[Mapping[str, Meaning]] = {
    "sign_in_required": Meaning(HTTPStatus.UNAUTHORIZED, "Nobody is signed in to Azure."),
    "consent_required": Meaning(
        HTTPStatus.UNAUTHORIZED, "This access needs a consent that was not given."
    ),
    "interaction_required": Meaning(
        HTTPStatus.UNAUTHORIZED, "Azure wants to ask the user before it gives this access."
    ),
    "cancelled": Meaning(HTTPStatus.CONFLICT, "The sign-in was cancelled."),
    "refused": Meaning(HTTPStatus.CONFLICT, "Azure refused the sign-in or this access."),
    "device_code_forbidden": Meaning(
        HTTPStatus.CONFLICT, "A policy of this tenant forbids the sign-in with a code."
    ),
    "timed_out": Meaning(HTTPStatus.CONFLICT, "The sign-in was not finished in time."),
    "unavailable": Meaning(
        HTTPStatus.SERVICE_UNAVAILABLE, "Azure cannot be reached, or is busy; try again later."
    ),
    "bad_configuration": Meaning(
        HTTPStatus.BAD_GATEWAY, "Azure does not know this tenant, app or resource."
    ),
    "failed": Meaning(HTTPStatus.BAD_GATEWAY, "The sign-in to Azure failed."),
}


class Problem(Exception):  # noqa: N818 - not every one is an error
    """A sign-in or a request for a token that came to nothing."""

    def __init__(self, code: str, detail: str | None = None, *, ends: bool = False) -> None:
        """Take a code of :data:`MEANINGS`, an AADSTS number, and whether the sign-in is over."""
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.ends = ends


@dataclass(frozen=True)
class _Rule:
    code: str
    ends: bool = False


# Numbers that mean something more exact than the OAuth error around them.
_BY_NUMBER: Final[Mapping[str, _Rule]] = {
    "AADSTS65004": _Rule("cancelled"),  # the user declined on the consent page
    "AADSTS65001": _Rule("consent_required"),
    "AADSTS50011": _Rule("bad_configuration"),  # this redirect URI is not registered
    "AADSTS90002": _Rule("bad_configuration"),  # no such tenant
    "AADSTS500011": _Rule("bad_configuration"),  # no such resource in the tenant
    "AADSTS700016": _Rule("bad_configuration"),  # no such app in the tenant
    "AADSTS7000218": _Rule("bad_configuration"),  # the app is no public client
    "AADSTS50020": _Rule("refused"),  # the user is none of that tenant
}

# Refusals that further steps of the user at this resource can turn; the sign-in itself is sound.
_BY_SUBERROR: Final[Mapping[str, _Rule]] = {
    "consent_required": _Rule("consent_required"),
    "basic_action": _Rule("interaction_required"),
    "additional_action": _Rule("interaction_required"),
    "message_only": _Rule("refused"),
}

_BY_ERROR: Final[Mapping[str, _Rule]] = {
    "invalid_grant": _Rule("sign_in_required", ends=True),
    "login_required": _Rule("sign_in_required", ends=True),
    "interaction_required": _Rule("interaction_required"),
    "consent_required": _Rule("consent_required"),
    "access_denied": _Rule("refused"),
    "temporarily_unavailable": _Rule("unavailable"),
    "server_error": _Rule("unavailable"),
    "unauthorized_client": _Rule("bad_configuration"),
    "invalid_client": _Rule("bad_configuration"),
    "invalid_resource": _Rule("bad_configuration"),
    "invalid_scope": _Rule("bad_configuration"),
}

_STEP_UP: Final = _Rule("interaction_required")
"""With a challenge of its own, Entra says what the user can do about it."""

_NUMBER: Final = re.compile(r"AADSTS\d{4,8}\b")


def understand(answer: Mapping[str, Any]) -> Problem:
    """Tell what an authority's error means.

    :param answer: of the authorization endpoint (RFC 6749, 4.1.2.1) or the token endpoint (5.2).
    """
    number = aadsts_number(answer.get("error_description"))
    error, suberror = str(answer.get("error")), str(answer.get("suberror"))
    if error == "access_denied" and number is None:
        # Entra gives every refusal a number, and the user's own "Cancel" none.
        return Problem("cancelled")
    rule = (
        _BY_NUMBER.get(number or "")
        or _BY_SUBERROR.get(suberror)
        or (_STEP_UP if "claims" in answer else None)
        or _BY_ERROR.get(error)
        or _Rule("failed")
    )
    return Problem(rule.code, number, ends=rule.ends)


def aadsts_number(text: object) -> str | None:
    """Find the first AADSTS number of an authority's sentence."""
    found = _NUMBER.search(text) if isinstance(text, str) else None
    return found.group() if found else None
