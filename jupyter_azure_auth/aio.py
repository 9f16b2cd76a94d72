"""The credential for ``azure.*.aio`` clients. Never blocks the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .kernel.credential import BaseCredential
from .kernel.signal import run_async

if TYPE_CHECKING:
    from types import TracebackType

    from azure.core.credentials import TokenRequestOptions
    from typing_extensions import Self

    from .kernel.token import JupyterAccessToken, JupyterAccessTokenInfo

__all__ = ["JupyterCredential"]


class JupyterCredential(BaseCredential):
    """:class:`jupyter_azure_auth.JupyterCredential`, to be awaited: same arguments, same tokens."""

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **_kwargs: Any,
    ) -> JupyterAccessToken:
        """Get a token as :meth:`jupyter_azure_auth.JupyterCredential.get_token` does.

        Cancelling the task takes the request back.
        """
        if claims is None and (hit := self._hit(scopes, tenant_id, enable_cae)) is not None:
            return hit.access
        return (await run_async(self._obtain(scopes, claims, tenant_id, enable_cae))).access

    async def get_token_info(
        self, *scopes: str, options: TokenRequestOptions | None = None
    ) -> JupyterAccessTokenInfo:
        """Do the same, with what azure-core's pipelines like to know."""
        options = options or {}
        claims, tenant_id = options.get("claims"), options.get("tenant_id")
        enable_cae = options.get("enable_cae", False)
        if claims is None and (hit := self._hit(scopes, tenant_id, enable_cae)) is not None:
            return hit.info
        return (await run_async(self._obtain(scopes, claims, tenant_id, enable_cae))).info

    async def close(self) -> None:
        """Forget the tokens it was given; it can be used again, and asks again."""
        self._forget()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()
