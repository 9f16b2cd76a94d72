from __future__ import annotations

from pathlib import Path

import pytest
from azure.identity._internal.interactive import _DEFAULT_AUTHENTICATE_SCOPES

from jupyter_azure_auth._clouds import CLOUDS, UNNAMED_CLOUD, Cloud
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
def test_the_sources_of_the_cloud(
    environ: dict[str, str], suffix: str, cloud: str | None, tmp_path: Path
) -> None:
    mark = tmp_path / "mnt/azmnt/.nbvm"
    mark.parent.mkdir(parents=True)
    mark.write_text(f"instance=ada\ndomainsuffix={suffix}\n")
    assert detect_host(environ, tmp_path).cloud == cloud


@pytest.mark.parametrize("cloud", CLOUDS.values())
def test_hosts_and_audiences_are_those_of_azure_identity(cloud: Cloud) -> None:
    older = f"{cloud.resource_manager_v1_audience}/.default"
    assert _DEFAULT_AUTHENTICATE_SCOPES[f"https://{cloud.login_host}"] == (older,)


def test_the_audience_of_us_governments_resource_manager_is_not_its_address() -> None:
    cloud = CLOUDS["AzureUSGovernment"]
    assert cloud.manager_scope == "https://management.core.usgovcloudapi.net/.default"
    assert cloud.resource_manager == "https://management.usgovcloudapi.net/"
