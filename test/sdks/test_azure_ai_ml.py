"""The real azure-ai-ml, version 2, with the credential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from test.sdks.signed_in import SignedIn

SUBSCRIPTION = "5c000000-1111-4222-8333-00000000000c"


@pytest.mark.parametrize("credential", ["JupyterCredential()", "InteractiveLoginAuthentication()"])
def test_opens_a_workspace(
    notebook: SignedIn, control: Callable[..., Any], credential: str
) -> None:
    code = f"""
from azure.ai.ml import MLClient
client = MLClient({credential}, "{SUBSCRIPTION}", "ml-group", "ml-contoso", enable_telemetry=False)
print(client.workspaces.get("ml-contoso").location, [one.name for one in client.workspaces.list()])
del os.environ["AZUREML_CURRENT_CLOUD"]  # it has set it
"""
    assert notebook.says(code).split("\n")[-1] == "westeurope ['ml-contoso']"
    asked = [entry for entry in control("log") if entry["kind"] == "arm"]
    assert asked[-1]["scope"] == "https://management.azure.com"
