"""One question to the host of an identity. azure-identity does the talking."""

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
    """A token, and the answer that brought it."""

    info: AccessTokenInfo
    answer: Answer | Silence | None


class AskedInVainError(Exception):
    """No token came. Holds nothing of what was answered."""

    def __init__(self, problem: str, answers: list[Answer | Silence]) -> None:
        super().__init__(problem)
        self.problem = problem
        """Name of the error, innermost first where it has causes."""
        self.answers = answers


def ask(wish: Wish, client_id: str | None, patience: Patience, *, abroad: bool) -> Asked:
    """Ask once.

    :param client_id: of one identity of several; None: the one that the machine has.
    :param abroad: it is not on this machine: use proxies and certificates that are configured.
    :raises AskedInVainError: no token came.
    """
    # Here, because it takes 120 ms, and most kernels never come here.
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
            # After it has loaded the module of this host, and that its logger.
            azure_identity_quiet(),
        ):
            info: AccessTokenInfo = source.get_token_info(wish.default_scope, options=options)
    except Exception as error:  # noqa: BLE001 (bare ValueErrors and OSErrors too, azure-identity 1.27)
        problem = _name(error)
    else:
        return Asked(info, adapter.seen[-1] if adapter.seen else None)
    # Outside, so that no traceback leads to what azure-identity has read.
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
