"""What azureml-core and its relatives call beyond the documented three, by their names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from .clouds import CLOUDS
from .hidden import HiddenText
from .subscriptions import Subscription, list_subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection

    from azure.core.credentials import TokenRequestOptions

    from jupyter_azure_auth.kernel.token import JupyterAccessToken, JupyterAccessTokenInfo

SUBSCRIPTIONS_LIFE: Final = 300.0
"""Seconds for which a list of subscriptions is good: one workspace asks for it many times."""


class SdkMethods(ABC):
    """Tokens by resource, for what knows of no scopes, and the list of subscriptions."""

    _ambient_auth: object = None
    """Others read it: by it the original keeps an identity of the machine."""
    _tenant_id: str | None
    _cloud_type: Any
    _listed: tuple[object, float, list[Subscription]] | None = None

    @abstractmethod
    def get_token(self, *scopes: str, **options: Any) -> JupyterAccessToken:
        """Get a token for these scopes; without any, for Azure Resource Manager."""

    @abstractmethod
    def get_token_info(
        self, *scopes: str, options: TokenRequestOptions | None = None
    ) -> JupyterAccessTokenInfo:
        """Do the same, with what azure-core's pipelines like to know."""

    @abstractmethod
    def _whose(self) -> tuple[object, str | None]:
        """Tell whose tokens these are, and of which tenant."""

    def _get_arm_token(self) -> str:
        return HiddenText(self.get_token().token)

    def _get_graph_token(self) -> str:
        return self._get_resource_token(
            self._cloud_type.endpoints.active_directory_graph_resource_id
        )

    def _get_azureml_client_token(self) -> str:
        return self._get_resource_token(self._azureml_resource())

    def _get_azureml_client_authentication_header(self) -> dict[str, str]:
        return {"Authorization": HiddenText(f"Bearer {self._get_azureml_client_token()}")}

    def _get_resource_token(self, resource: str) -> str:
        # A resource that ends in a slash keeps it: such is its id.
        return HiddenText(self.get_token(f"{resource}/.default").token)

    def _get_all_subscription_ids(self) -> tuple[list[Any], str]:
        account, tenant_id = self._whose()
        if self._listed is None or self._listed[0] != account or self._listed[1] < monotonic():
            found = list_subscriptions(self, self._get_arm_end_point(), self._arm_scope)
            self._listed = (account, monotonic() + SUBSCRIPTIONS_LIFE, found)
        return list(self._listed[2]), tenant_id or "the"

    def _get_workspace(
        self,
        subscription_id: str,  # noqa: ARG002 (named as the original has them)
        resource_group: str,  # noqa: ARG002
        name: str,  # noqa: ARG002
    ) -> Any:
        return None  # found by Azure Resource Manager

    def _get_ambient(self, cloud: str | None = None) -> Any:  # noqa: ARG002
        return None  # the original's search for identities is not ours

    def _get_cloud_type(self) -> Any:
        return self._cloud_type

    def _get_arm_end_point(self) -> str:
        return str(self._cloud_type.endpoints.resource_manager)

    @property
    def _arm_scope(self) -> str:
        return f"{self._cloud_type.endpoints.active_directory_resource_id}/.default"

    # What azureml-core has better, where it is installed.

    def _known_clouds(self) -> Collection[str]:
        return tuple(CLOUDS)

    def _cloud(self, name: str) -> Any:
        return CLOUDS[name]

    def _azureml_resource(self) -> str:
        return CLOUDS[self._cloud_type.name].endpoints.azureml_resource_id
