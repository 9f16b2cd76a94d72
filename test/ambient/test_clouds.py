from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_azure_auth.ambient.clouds import CLOUDS, UNNAMED_CLOUD
from jupyter_azure_auth.ambient.hosts import detect_host


@pytest.mark.parametrize(
    ("environ", "suffix", "cloud"),
    [
        ({}, "", None),
        ({"AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/"}, "", "AzureCloud"),
        ({"AZURE_AUTHORITY_HOST": "login.chinacloudapi.cn"}, "", "AzureChinaCloud"),
        (
            {"AZURE_AUTHORITY_HOST": "https://login.partner.microsoftonline.cn"},
            "",
            "AzureChinaCloud",
        ),
        ({"AZURE_AUTHORITY_HOST": "https://login.microsoftonline.us"}, "", "AzureUSGovernment"),
        ({"AZURE_AUTHORITY_HOST": "https://login.contoso.com"}, "", UNNAMED_CLOUD),
        ({"AZURE_AUTHORITY_HOST": "https://[::1"}, "", UNNAMED_CLOUD),
        ({"AZUREML_CURRENT_CLOUD": "AzureChinaCloud"}, "", "AzureChinaCloud"),
        ({"AZUREML_CURRENT_CLOUD": "Mine"}, "", None),
        ({}, "usgovvirginia.instances.azureml.us", "AzureUSGovernment"),
        ({}, "westeurope.instances.azureml.ms", "AzureCloud"),
        ({}, "contoso.com", None),
    ],
)
def test_what_tells_the_cloud(
    environ: dict[str, str], suffix: str, cloud: str | None, tmp_path: Path
) -> None:
    mark = tmp_path / "mnt/azmnt/.nbvm"
    mark.parent.mkdir(parents=True)
    mark.write_text(f"instance=ada\ndomainsuffix={suffix}\n")
    assert detect_host(environ, tmp_path).cloud == cloud


def test_the_resource_manager_of_the_us_government_is_not_called_like_its_endpoint() -> None:
    scope = CLOUDS["AzureUSGovernment"].manager_scope
    assert scope == "https://management.core.usgovcloudapi.net/.default"
