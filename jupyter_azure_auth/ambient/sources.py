"""The ambient sources, in the order of :data:`.._models.AMBIENT_SOURCES`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from jupyter_azure_auth._clouds import DEFAULT_CLOUD

from .azure_cli import AzureCli
from .hosts import detect_host
from .managed_identity import ManagedIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from jupyter_azure_auth._models import AccessToken, SourceName, TokenRequest

    from .reasons import Unavailable


class AmbientSource(Protocol):
    """A source of tokens that needs no sign-in."""

    @property
    def name(self) -> SourceName:
        """Name in the configuration, the protocol and the panel."""

    def why_unavailable(self, request: TokenRequest) -> Unavailable | None:
        """Return why it cannot serve a request, or None. Fast: reads variables and files only."""

    def token(
        self, request: TokenRequest, on_wait: Callable[[], None] | None = None
    ) -> AccessToken:
        """Return a token. Blocks for seconds: never call it on an event loop or concurrently.

        :param request: a request for which :meth:`why_unavailable` returns None.
        :param on_wait: called before a wait of more than some seconds, up to a minute and a half.
            The Azure CLI, which is always slow, does not call it.
        :raises UnavailableError: there is no token.
        """


def ambient_sources(
    environ: Mapping[str, str],
    root: Path,
    *,
    allowed: Sequence[str] | None,
    cloud: str = DEFAULT_CLOUD,
) -> list[AmbientSource]:
    """Return the sources in order of precedence, without sending requests.

    :param environ: environment variables of this process, which azure-identity also reads.
    :param root: ``/``.
    :param allowed: names of the allowed sources; None for all.
    :param cloud: the cloud of this machine if it cannot be detected.
    """
    host = detect_host(environ, root)
    sources: list[AmbientSource] = [
        ManagedIdentity("managed-identity", host, environ, cloud=cloud),
        ManagedIdentity("connect-to-azure", host, environ, cloud=cloud),
        AzureCli(environ),
    ]
    return [source for source in sources if allowed is None or source.name in allowed]
