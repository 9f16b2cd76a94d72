"""The reasons why a sign-in or token request failed, and the mapping of an authority's errors.

Only the AADSTS code of an authority's error is kept and, if the code is not in the catalog, a
sentence without names and ids. MSAL's exceptions repeat state and nonce, so none of their texts
leaves this module.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from jupyter_azure_auth._entra import BY_ERROR, BY_NUMBER, BY_SUBERROR
from jupyter_azure_auth._error_catalog import SERVER, UNAVAILABLE_CAUSES
from jupyter_azure_auth.server.entra_text import first_sentence
from jupyter_azure_auth.server.trace import correlation_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.trace import Trace


class ErrorResponse(NamedTuple):
    """The HTTP response for a problem."""

    status: HTTPStatus
    sentence: str


RESPONSES: Final[Mapping[str, ErrorResponse]] = {
    code: ErrorResponse(HTTPStatus(status), sentence) for code, (status, sentence) in SERVER.items()
}


class AuthError(Exception):
    """A sign-in or token request failed."""

    trace: Trace | None = None
    """The request that failed, if Azure was asked."""

    def __init__(  # noqa: PLR0913 (the fields of a response)
        self,
        code: str,
        detail: str | None = None,
        *,
        ends_sign_in: bool = False,
        reason: str | None = None,
        explanation: str | None = None,
        correlation_id: str | None = None,
    ) -> None:
        """Create a problem.

        :param code: a key of :data:`RESPONSES`.
        :param detail: an AADSTS code.
        :param ends_sign_in: whether the sign-in has ended.
        :param reason: a key of :data:`.._error_catalog.UNAVAILABLE_CAUSES`, if the cause of
            ``unavailable`` is known.
        :param explanation: for an ambient identity: the cause and the remedy. For an AADSTS code
            that is not in the catalog: Azure's sentence.
        :param correlation_id: the id that Azure gave to the request.
        """
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.ends_sign_in = ends_sign_in
        self.reason = reason
        self.explanation = explanation
        self.correlation_id = correlation_id

    @property
    def sentence(self) -> str:
        """The text for users."""
        _, what, _ = BY_NUMBER.get(self.detail or "", ("", "", ""))
        if what and self.code != "device_code_forbidden":
            return what.format(product="this resource", tenant="of the request")
        return UNAVAILABLE_CAUSES.get(self.reason or "", RESPONSES[self.code].sentence)


_NUMBER: Final = re.compile(r"AADSTS\d{4,8}\b")


def refusal_scope(error: object, suberror: object) -> Literal["sign_in", "request", "unclear"]:
    """Return whether a refusal of the token endpoint ends the sign-in or the request only.

    Microsoft's rule is that `error` and `suberror` decide, never an AADSTS code. The same refusal
    by a policy, such as AADSTS50078 or AADSTS70043, can apply to one resource only. ``unclear``
    means that only another request, for no resource at all, can show it.
    """
    if suberror in ("bad_token", "token_expired"):
        return "sign_in"
    return "unclear" if error == "invalid_grant" and not suberror else "request"


def parse_entra_error(answer: Mapping[str, Any]) -> AuthError:
    """Return the problem of a request that got an authority's error.

    :param answer: the response of the authorization endpoint (RFC 6749, 4.1.2.1) or the token
        endpoint (5.2).
    """
    number = aadsts_number(answer.get("error_description"))
    error, suberror = str(answer.get("error")), str(answer.get("suberror"))
    request_id = correlation_id(answer)
    if refusal_scope(error, suberror) == "sign_in":
        return AuthError("sign_in_required", number, ends_sign_in=True, correlation_id=request_id)
    if error == "access_denied" and number is None:
        # Entra gives every refusal an AADSTS code, but not the user's "Cancel".
        return AuthError("cancelled", correlation_id=request_id)
    known, *_ = BY_NUMBER.get(number or "", (None,))
    code = (
        known
        or BY_SUBERROR.get(suberror)
        # If Entra's error has a claims challenge, the user can satisfy it interactively.
        or ("interaction_required" if "claims" in answer else None)
        or BY_ERROR.get(error, "failed")
    )
    if code == "busy":
        return AuthError("unavailable", number, reason="busy", correlation_id=request_id)
    explanation = None if known else first_sentence(answer.get("error_description"))
    return AuthError(code, number, explanation=explanation, correlation_id=request_id)


def parse_sign_in_error(answer: Mapping[str, Any]) -> AuthError:
    """Return the problem of a sign-in that got an error, for which "sign in" is not a remedy."""
    problem = parse_entra_error(answer)
    ends = refusal_scope(answer.get("error"), answer.get("suberror")) != "request"
    if not ends:
        return problem
    return AuthError(
        "failed",
        problem.detail,
        explanation=problem.explanation,
        correlation_id=problem.correlation_id,
    )


def aadsts_number(text: object) -> str | None:
    """Return the first AADSTS code in an authority's text; None if there is none."""
    found = _NUMBER.search(text) if isinstance(text, str) else None
    return found.group() if found else None
