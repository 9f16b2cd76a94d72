"""Lists the subscriptions of an account, which azureml-core needs to open a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azure.core.credentials import TokenCredential

API_VERSION: Final = "2022-12-01"

PAGES_LIMIT: Final = 100
"""Maximum pages of the list that are read; a page has hundreds of entries."""


class Subscription(NamedTuple):
    """A subscription. azureml-core accepts any such pair; neither field is None."""

    subscription_name: str
    subscription_id: str


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
