"""A single token request to the host of an identity, through azure-identity."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from .log_filter import azure_identity_log_filter

if TYPE_CHECKING:
    from azure.core.credentials import AccessTokenInfo, TokenRequestOptions
    from azure.core.pipeline.transport import RequestsTransport

    from jupyter_azure_auth._models import TokenRequest

    from .http_adapter import SanitizingAdapter
    from .response import HostResponse, NoResponse
    from .retry_policy import Timeouts


class HostToken(NamedTuple):
    """A token and the host's response."""

    info: AccessTokenInfo
    response: HostResponse | NoResponse | None


class TokenRequestFailedError(Exception):
    """The host returned no token. Contains no part of the response."""

    def __init__(self, problem: str, responses: list[HostResponse | NoResponse]) -> None:
        super().__init__(problem)
        self.problem = problem
        """Name of the exception, or of its innermost cause."""
        self.responses = responses


def request_token(
    request: TokenRequest, client_id: str | None, timeouts: Timeouts, *, remote: bool
) -> HostToken:
    """Request a token once.

    :param client_id: client id of one of several identities; None for the machine's only one.
    :param remote: whether the host is not on this machine, so that configured proxies and
        certificates apply.
    :raises TokenRequestFailedError: the host returned no token.
    """
    # Imported here, because it takes 120 ms and most kernels never need it.
    from azure.identity import ManagedIdentityCredential  # noqa: PLC0415

    from .http_adapter import SanitizingAdapter  # noqa: PLC0415

    adapter = SanitizingAdapter()
    options: TokenRequestOptions = {"enable_cae": request.enable_cae}
    if request.claims is not None:
        options["claims"] = request.claims
    settings: dict[str, Any] = {"retry_total": 0, "client_id": client_id}
    try:
        with (
            _transport(adapter, timeouts, remote=remote) as transport,
            closing(ManagedIdentityCredential(transport=transport, **settings)) as source,
            # After azure-identity has imported the module of this host, which creates its logger.
            azure_identity_log_filter(),
        ):
            info: AccessTokenInfo = source.get_token_info(request.default_scope, options=options)
    except Exception as error:  # noqa: BLE001 (bare ValueErrors and OSErrors too, azure-identity 1.27)
        problem = _name(error)
    else:
        return HostToken(info, adapter.responses[-1] if adapter.responses else None)
    # Raised outside, so that no traceback refers to what azure-identity has read.
    raise TokenRequestFailedError(problem, adapter.responses)


def _transport(
    adapter: SanitizingAdapter, timeouts: Timeouts, *, remote: bool
) -> RequestsTransport:
    import requests  # noqa: PLC0415 (as above)
    from azure.core.pipeline.transport import RequestsTransport  # noqa: PLC0415 (as above)

    session = requests.Session()
    session.trust_env = remote
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return RequestsTransport(
        session=session,
        use_env_settings=remote,
        connection_timeout=timeouts.connect,
        read_timeout=timeouts.read,
    )


def _name(error: BaseException) -> str:
    while (cause := error.__cause__) is not None:
        error = cause
    return type(error).__name__
