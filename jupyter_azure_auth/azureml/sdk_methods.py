"""Private methods that azureml-core and related packages call besides the three public ones."""

from __future__ import annotations

from abc import ABC, abstractmethod
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jupyter_azure_auth._redacted import RedactedText

from .clouds import CLOUDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from azure.core.credentials import TokenCredential, TokenRequestOptions

    from jupyter_azure_auth.kernel.token import JupyterAccessToken, JupyterAccessTokenInfo

SUBSCRIPTIONS_TTL_S: Final = 300.0
"""Seconds for which a list of subscriptions is cached: a workspace requests it many times."""


API_VERSION: Final = "2022-12-01"

PAGES_LIMIT: Final = 100
"""Maximum pages of the list that are read; a page has hundreds of entries."""


class Subscription(NamedTuple):
    """A subscription. azureml-core accepts any such pair; neither field is None."""

    subscription_name: str
    subscription_id: str


class SdkMethods(ABC):
    """Tokens by resource, for callers that have no scopes, and the list of subscriptions."""

    _ambient_auth: object = None
    """Read by other packages. The original stores an identity of the machine in it."""
    _tenant_id: str | None
    _cloud_type: Any
    _subscriptions: tuple[object, float, list[Subscription]] | None = None

    @abstractmethod
    def get_token(self, *scopes: str, **options: Any) -> JupyterAccessToken:
        """Return a token for these scopes, or without any for Azure Resource Manager."""

    @abstractmethod
    def get_token_info(
        self, *scopes: str, options: TokenRequestOptions | None = None
    ) -> JupyterAccessTokenInfo:
        """Return a token with the details that azure-core's pipelines use."""

    @abstractmethod
    def _accountand_tenant(self) -> tuple[object, str | None]:
        """Return the account and the tenant of the tokens."""

    def _get_arm_token(self) -> str:
        return RedactedText(self.get_token().token)

    def _get_graph_token(self) -> str:
        return self._get_resource_token(
            self._cloud_type.endpoints.active_directory_graph_resource_id
        )

    def _get_azureml_client_token(self) -> str:
        return self._get_resource_token(self._azureml_resource())

    def _get_azureml_client_authentication_header(self) -> dict[str, str]:
        return {"Authorization": RedactedText(f"Bearer {self._get_azureml_client_token()}")}

    def _get_resource_token(self, resource: str) -> str:
        # A trailing slash is part of the resource id and kept.
        return RedactedText(self.get_token(f"{resource}/.default").token)

    def _get_all_subscription_ids(self) -> tuple[list[Any], str]:
        account, tenant_id = self._accountand_tenant()
        if (
            self._subscriptions is None
            or self._subscriptions[0] != account
            or self._subscriptions[1] < monotonic()
        ):
            found = list_subscriptions(self, self._get_arm_end_point(), self._arm_scope)
            self._subscriptions = (account, monotonic() + SUBSCRIPTIONS_TTL_S, found)
        return list(self._subscriptions[2]), tenant_id or "the"

    def _get_workspace(
        self,
        subscription_id: str,  # noqa: ARG002 (named as the original has them)
        resource_group: str,  # noqa: ARG002
        name: str,  # noqa: ARG002
    ) -> Any:
        return None  # the caller then asks Azure Resource Manager

    def _get_ambient(self, cloud: str | None = None) -> Any:  # noqa: ARG002
        return None  # the original's search for identities is not used

    def _get_cloud_type(self) -> Any:
        return self._cloud_type

    def _get_arm_end_point(self) -> str:
        return str(self._cloud_type.endpoints.resource_manager)

    @property
    def _arm_scope(self) -> str:
        return f"{self._cloud_type.endpoints.active_directory_resource_id}/.default"

    # Overridden with azureml-core's data if it is installed.

    def _known_clouds(self) -> Collection[str]:
        return tuple(CLOUDS)

    def _cloud(self, name: str) -> Any:
        return CLOUDS[name]

    def _azureml_resource(self) -> str:
        return CLOUDS[self._cloud_type.name].endpoints.azureml_resource_id


def list_subscriptions(
    credential: TokenCredential, resource_manager: str, scope: str
) -> list[Subscription]:
    """Return the subscriptions from Azure Resource Manager. Uses https and answers challenges.

    :param resource_manager: address; further pages are read from this origin only.
    :param scope: scope of Azure Resource Manager.
    :raises ~azure.core.exceptions.AzureError: the request was refused or failed.
    """
    return [
        Subscription(str(one.get("displayName") or ""), str(one["subscriptionId"]))
        for one in _entries(credential, resource_manager.rstrip("/"), scope)
    ]


def _entries(credential: TokenCredential, origin: str, scope: str) -> Iterator[dict[str, Any]]:
    from azure.core import PipelineClient  # noqa: PLC0415 (loads requests)
    from azure.core.pipeline.policies import (  # noqa: PLC0415
        BearerTokenCredentialPolicy,
        RetryPolicy,
    )
    from azure.core.rest import HttpRequest  # noqa: PLC0415

    policies = [RetryPolicy(), BearerTokenCredentialPolicy(credential, scope)]
    address: str | None = f"{origin}/subscriptions?api-version={API_VERSION}"
    client: PipelineClient[Any, Any] = PipelineClient(origin, policies=policies)
    with client:
        for _ in range(PAGES_LIMIT):
            if address is None or not address.startswith(f"{origin}/"):
                return
            response = client.send_request(HttpRequest("GET", address))
            response.raise_for_status()
            page = response.json()
            yield from page.get("value", [])
            address = page.get("nextLink")
