"""When processes get no variables."""

from __future__ import annotations

import pytest

from jupyter_azure_auth.server.identity_endpoint.obstacles import TEXTS, find_obstacle

PROXY = {"HTTP_PROXY": "http://proxy.test:3128"}


@pytest.mark.parametrize(
    ("environ", "setting", "is_shared", "has_metadata_service", "obstacle"),
    [
        ({}, "offer", False, False, None),
        ({}, "always", False, False, None),
        ({}, "never", False, False, "never"),
        ({}, "always", True, False, "shared_server"),
        ({}, "always", False, True, "host_identity"),
        ({"IDENTITY_ENDPOINT": "http://host"}, "always", False, False, "host_identity"),
        ({"MSI_ENDPOINT": "http://host"}, "offer", False, False, "host_identity"),
        ({"AZURE_FEDERATED_TOKEN_FILE": "/t"}, "offer", False, False, "host_identity"),
        ({"IDENTITY_ENDPOINT": ""}, "offer", False, False, None),
        (PROXY, "offer", False, False, "proxy"),
        ({"all_proxy": "socks://proxy.test"}, "offer", False, False, "proxy"),
        ({**PROXY, "NO_PROXY": "127.0.0.1"}, "offer", False, False, None),
        ({**PROXY, "no_proxy": "localhost,127.0.0.1"}, "offer", False, False, None),
        ({**PROXY, "no_proxy": "*"}, "offer", False, False, None),
        ({**PROXY, "no_proxy": "contoso.com"}, "offer", False, False, "proxy"),
        ({"HTTPS_PROXY": "http://proxy.test"}, "offer", False, False, None),
    ],
    ids=str,
)
def test_the_first_obstacle(
    environ: dict[str, str],
    setting: str,
    is_shared: bool,  # noqa: FBT001 (a row of the table)
    has_metadata_service: bool,  # noqa: FBT001 (a row of the table)
    obstacle: str | None,
) -> None:
    found = find_obstacle(
        environ,
        setting=setting,
        is_shared=is_shared,
        has_metadata_service=has_metadata_service,
    )
    assert found == obstacle
    assert found is None or TEXTS[found].endswith(".")
