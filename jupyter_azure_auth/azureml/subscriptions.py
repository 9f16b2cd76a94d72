"""Which subscriptions a token opens: azureml-core asks before it opens any workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azure.core.credentials import TokenCredential

API_VERSION: Final = "2022-12-01"

PAGES_LIMIT: Final = 100
"""Pages of the list that are read; one holds hundreds."""


class Subscription(NamedTuple):
    """As azureml-core has it, which takes any such pair. Neither is ever None."""

    subscription_name: str
    subscription_id: str


def list_subscriptions(
    credential: TokenCredential, resource_manager: str, scope: str
) -> list[Subscription]:
    """Ask Azure Resource Manager, over https only, answering its challenges.

    :param resource_manager: its address; further pages are read from there and nowhere else.
    :raises ~azure.core.exceptions.AzureError: it refused, or there is no way to it.
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
            answer = client.send_request(HttpRequest("GET", address))
            answer.raise_for_status()
            page = answer.json()
            yield from page.get("value", [])
            address = page.get("nextLink")
