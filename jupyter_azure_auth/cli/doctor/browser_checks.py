"""Checks of Jupyter's address in the browser. Sends no token there: a proxy may be in between."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from jupyter_azure_auth.cli.time_limit import within

from .finding import Finding, found

if TYPE_CHECKING:
    from .context import Context

REDIRECT_PAGE: Final = "lab/extensions/jupyter-azure-auth/static/redirect.html"

_ANY_USERS_PAGE: Final = f"/hub/user-redirect/{REDIRECT_PAGE}"
"""End of the redirect URI that all users of a JupyterHub share."""

_NUMBERS: Final = ("127.0.0.1", "::1")

_REDIRECT_SCRIPT: Final = "redirect.js"
"""What the redirect page loads."""


def check_address(context: Context) -> Finding:
    """Check that browsers give pages at this address cryptography."""
    if context.url is None:
        return found("address_unknown")
    parts = urlsplit(context.url)
    if parts.scheme == "https":
        return found("address_https", url=context.url)
    if parts.hostname == "localhost":
        return found("address_localhost", url=context.url)
    if parts.hostname in _NUMBERS:
        port = "" if parts.port is None else f":{parts.port}"
        localhost = urlunsplit(parts._replace(netloc=f"localhost{port}"))
        return found("address_number", url=context.url, localhost=localhost)
    return found("address_plain_http", url=context.url)


def check_host_header(context: Context) -> Finding:
    """Check that the ``Host`` header arrives as a browser sends it, by a request without login."""
    if context.url is None or not context.is_answered:
        return found("address_unknown" if context.url is None else "server_unknown")
    parts = urlsplit(context.url)
    page = {"Origin": f"{parts.scheme}://{parts.netloc}", "Content-Type": "application/json"}
    answer = _ask("POST", f"{context.url}azure-auth/config", page, context.timeout)
    if isinstance(answer, Finding):
        return answer
    if '"foreign_origin"' in answer.text:
        return found("host_changed", url=context.url)
    # Without login and XSRF token, this extension refuses the request with a code of its own.
    return found("host_kept" if '"code"' in answer.text else "address_not_jupyter", url=context.url)


def check_client_id(context: Context) -> Finding:
    """Name the client id, or say whether one is needed."""
    if not context.is_answered:
        return found("server_unknown")
    if context.config.client_id is not None:
        return found("client_id_set", client_id=context.config.client_id)
    parts = urlsplit(context.url or "")
    at_root = parts.scheme == "http" and parts.hostname in {"localhost", *_NUMBERS}
    unneeded = at_root and "loopback" in context.config.sources
    return found("client_id_unneeded" if unneeded else "client_id_missing")


def check_redirect_page(context: Context) -> Finding:
    """Check that the sign-in window can return; only ``popup`` needs it."""
    config = context.config
    if config.client_id is None or "popup" not in config.sources:
        return found("redirect_page_unneeded")
    if context.url is None:
        return found("address_unknown")
    own = f"{context.url}{REDIRECT_PAGE}"
    url = config.redirect_uri or own
    if url.endswith(_ANY_USERS_PAGE):
        # The Hub forwards to the server of the user whose browser asks, and a process has no login.
        url = own
    answer = _ask("GET", url, {}, context.timeout)
    if isinstance(answer, Finding):
        return answer
    fits = answer.status == HTTPStatus.OK and _REDIRECT_SCRIPT in answer.text
    return found("redirect_page_ok" if fits else "redirect_page_missing", url=url)


class _Answer(NamedTuple):
    status: int
    text: str


def _ask(method: str, url: str, headers: dict[str, str], timeout: float) -> _Answer | Finding:
    import requests  # noqa: PLC0415 (slow to import)

    def ask() -> _Answer:
        with requests.Session() as session:
            # The proxy of this process's environment is not the browser's.
            session.trust_env = "https" in url
            answer = session.request(
                method, url, headers=headers, timeout=timeout, allow_redirects=False
            )
            return _Answer(answer.status_code, answer.text)

    try:
        return within(timeout, ask)
    except OSError as error:
        untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error)
        return found("address_untrusted" if untrusted else "address_unreachable", url=url)
