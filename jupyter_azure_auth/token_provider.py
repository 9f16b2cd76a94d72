"""A callable that returns a token, for libraries that do not accept a credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_azure_auth.kernel.credential import BaseCredential, JupyterCredential

from ._redacted import RedactedText
from .audiences import scope_of

if TYPE_CHECKING:
    from collections.abc import Callable


def bearer_token_provider(
    scope_or_name: str, *, credential: JupyterCredential | None = None, cloud: str | None = None
) -> Callable[[], str]:
    """Return a callable that returns a valid token, for openai, langchain, icechunk and others.

    It can be pickled, without a token: the other process gets its own.

    :param scope_or_name: ``"openai"``, ``"storage"``, ``"sql"``, ``"keyvault"``, ``"arm"``,
        ``"graph"``, ``"kusto"``, ``"pbi"``, ``"postgresql"``, or a scope.
    :param credential: whose tokens to return; None for a new :class:`JupyterCredential`.
    :param cloud: the cloud that a name is for, which a new credential then requires; None for the
        cloud of the credential, or otherwise of the environment.
    :raises ValueError: the name or the cloud is unknown.
    """
    credential = credential or JupyterCredential(cloud=cloud)
    return BearerTokenProvider(scope_for(scope_or_name, credential, cloud), credential)


class BearerTokenProvider:
    """Returns a valid token, from memory as long as there is one."""

    __slots__ = ("credential", "scope")

    def __init__(self, scope: str, credential: JupyterCredential) -> None:
        self.scope, self.credential = scope, credential

    def __call__(self) -> str:
        """Get a token as :meth:`JupyterCredential.get_token` does. Its ``repr`` hides it."""
        return RedactedText(self.credential.get_token(self.scope).token)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.scope!r}, {self.credential!r})"


def scope_for(scope_or_name: str, credential: object, cloud: str | None) -> str:
    """Return the scope of a name in the given cloud, otherwise in the credential's."""
    return scope_of(scope_or_name, cloud or cloud_of(credential))


def cloud_of(credential: object) -> str | None:
    """Return the cloud that a credential requires, if it is one of ours."""
    return credential._settings.cloud if isinstance(credential, BaseCredential) else None  # noqa: SLF001
