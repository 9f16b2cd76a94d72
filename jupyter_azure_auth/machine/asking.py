"""A single token request to the host of an identity, through azure-identity."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from .quiet import azure_identity_quiet

if TYPE_CHECKING:
    from azure.core.credentials import AccessTokenInfo, TokenRequestOptions
    from azure.core.pipeline.transport import RequestsTransport

    from .adapter import ReadingAdapter
    from .answer import Answer, Silence
    from .granted import Wish
    from .retries import Patience


class Asked(NamedTuple):
    """A token and the host's response."""

    info: AccessTokenInfo
    answer: Answer | Silence | None


class AskedInVainError(Exception):
    """The host returned no token. Contains nothing of the response."""

    def __init__(self, problem: str, answers: list[Answer | Silence]) -> None:
        super().__init__(problem)
        self.problem = problem
        """Name of the exception, or of its innermost cause."""
        self.answers = answers


def ask(wish: Wish, client_id: str | None, patience: Patience, *, abroad: bool) -> Asked:
    """Request a token once.

    :param client_id: client id of one of several identities; None for the machine's only one.
    :param abroad: whether the host is not on this machine, so that configured proxies and
        certificates apply.
    :raises AskedInVainError: the host returned no token.
    """
    # Imported here, because it takes 120 ms and most kernels never need it.
    from azure.identity import ManagedIdentityCredential  # noqa: PLC0415

    from .adapter import ReadingAdapter  # noqa: PLC0415

    adapter = ReadingAdapter()
    options: TokenRequestOptions = {"enable_cae": wish.enable_cae}
    if wish.claims is not None:
        options["claims"] = wish.claims
    settings: dict[str, Any] = {"retry_total": 0, "client_id": client_id}
    try:
        with (
            _transport(adapter, patience, abroad=abroad) as transport,
            closing(ManagedIdentityCredential(transport=transport, **settings)) as source,
            # After azure-identity has imported the module of this host, which creates its logger.
            azure_identity_quiet(),
        ):
            info: AccessTokenInfo = source.get_token_info(wish.default_scope, options=options)
    except Exception as error:  # noqa: BLE001 (bare ValueErrors and OSErrors too, azure-identity 1.27)
        problem = _name(error)
    else:
        return Asked(info, adapter.seen[-1] if adapter.seen else None)
    # Raised outside, so that no traceback refers to what azure-identity has read.
    raise AskedInVainError(problem, adapter.seen)


def _transport(adapter: ReadingAdapter, patience: Patience, *, abroad: bool) -> RequestsTransport:
    import requests  # noqa: PLC0415 (as above)
    from azure.core.pipeline.transport import RequestsTransport  # noqa: PLC0415 (as above)

    session = requests.Session()
    session.trust_env = abroad
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return RequestsTransport(
        session=session,
        use_env_settings=abroad,
        connection_timeout=patience.connect,
        read_timeout=patience.read,
    )


def _name(error: BaseException) -> str:
    while (cause := error.__cause__) is not None:
        error = cause
    return type(error).__name__
