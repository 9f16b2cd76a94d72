"""The sources of this machine, in the one order that kernels and the server keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from .azure_cli import AzureCli
from .host import detect
from .managed import ManagedIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from .granted import Granted, SourceName, Wish
    from .reasons import NotUsed

ORDER: Final[tuple[SourceName, ...]] = ("managed-identity", "connect-to-azure", "azure-cli")


class MachineSource(Protocol):
    """Where a token can come from without anybody's doing."""

    @property
    def name(self) -> SourceName:
        """Its name in configuration, answers and panel."""

    def unfit(self, wish: Wish) -> NotUsed | None:
        """Say why it cannot be what is wished for. Cheap: looks at variables and files only."""

    def token(self, wish: Wish, on_wait: Callable[[], None] | None = None) -> Granted:
        """Ask for a token. Blocks for seconds: never on an event loop, one call at a time.

        :param wish: one for which it is not :meth:`unfit`.
        :param on_wait: called where it will take longer than some seconds: a minute and a half at
            most. The Azure CLI, which always takes long, does not.
        :raises NotUsedError: there is none.
        """


def automatic_sources(
    environ: Mapping[str, str],
    root: Path,
    *,
    allowed: Sequence[str] | None,
    cloud: str = "AzureCloud",
) -> list[MachineSource]:
    """List the sources to try, best first; nobody is asked by that.

    :param environ: of this process, where azure-identity looks too.
    :param root: ``/``.
    :param allowed: names of those that may be used; None: all.
    :param cloud: the one to think this machine in where nothing on it tells.
    """
    host = detect(environ, root)
    sources: list[MachineSource] = [
        ManagedIdentity("managed-identity", host, environ, cloud=cloud),
        ManagedIdentity("connect-to-azure", host, environ, cloud=cloud),
        AzureCli(environ),
    ]
    return [source for source in sources if allowed is None or source.name in allowed]
