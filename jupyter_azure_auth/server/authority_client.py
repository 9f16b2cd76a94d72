"""How MSAL's requests leave this machine."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import requests
from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE: Final = (5, 20)
"""Seconds to connect, and to wait for each piece of an answer."""

_BUSY: Final = json.dumps({"error": "temporarily_unavailable"})


class Answer:
    """What MSAL reads of an answer."""

    def __init__(self, status_code: int, text: str, headers: Mapping[str, str]) -> None:
        self.status_code = status_code
        self.text = text
        self.headers = headers

    def raise_for_status(self) -> None:
        """Raise for what MSAL makes no result of, without a word of the text.

        :raises requests.HTTPError: the status is one of an error.
        """
        if self.status_code >= HTTPStatus.BAD_REQUEST:
            raise requests.HTTPError(f"HTTP {self.status_code}")


class AuthorityClient:
    """A session of requests that waits for a limited time and follows nobody elsewhere.

    A redirect of the token endpoint would carry code and verifier, or the refresh token, away.
    """

    def __init__(self) -> None:
        self._session = requests.Session()
        # A connection kept open may have been closed over there; asking again costs nothing.
        self._session.mount("https://", HTTPAdapter(max_retries=1))

    def get(self, url: str, **kwargs: Any) -> Answer:
        """Ask for a document of the authority.

        :raises requests.HTTPError: something between here and there answered, or it is busy; MSAL
            would take both for a tenant that does not exist.
        """
        answer = self._send("GET", url, **kwargs)
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or not _is_json_object(answer.text):
            raise requests.HTTPError(f"HTTP {answer.status_code}")
        return answer

    def post(self, url: str, **kwargs: Any) -> Answer:
        """Ask for a token.

        MSAL logs an answer that is no JSON, whole, and has no notion of "too many requests".
        """
        answer = self._send("POST", url, **kwargs)
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or not _is_json_object(answer.text):
            answer.text = _BUSY
        return answer

    def close(self) -> None:
        """Let go of connections."""
        self._session.close()

    def _send(self, method: str, url: str, **kwargs: Any) -> Answer:
        kwargs |= {"timeout": PATIENCE, "allow_redirects": False}
        answer = self._session.request(method, url, **kwargs)
        return Answer(answer.status_code, answer.text, dict(answer.headers))


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
