"""A real Jupyter server with the extension, its token and XSRF check on."""

from __future__ import annotations

import pytest
from traitlets.config import Config

pytest_plugins = ["pytest_jupyter.jupyter_server"]

CLIENT = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def azure_auth() -> dict[str, object]:
    """What the administrator configured; tests override it by parametrizing."""
    return {"client_id": CLIENT, "tenant_id": "contoso.com"}


@pytest.fixture
def server_settings() -> dict[str, object]:
    """Further settings of the server itself."""
    return {}


@pytest.fixture
def jp_server_config(azure_auth: dict[str, object], server_settings: dict[str, object]) -> Config:
    return Config(
        {
            "ServerApp": {
                "jpserver_extensions": {"jupyter_azure_auth": True},
                **server_settings,
            },
            "AzureAuth": azure_auth,
        }
    )
