"""Hosts and audiences of the clouds, compared with the tables of Azure's own packages."""

from __future__ import annotations

import pytest
from azure.core import AzureClouds
from azure.mgmt.core.tools import get_arm_endpoints
from azureml._vendor.azure_cli_core.cloud import KNOWN_CLOUDS

from jupyter_azure_auth._clouds import CLOUDS

ENUM = {
    "AzureCloud": AzureClouds.AZURE_PUBLIC_CLOUD,
    "AzureChinaCloud": AzureClouds.AZURE_CHINA_CLOUD,
    "AzureUSGovernment": AzureClouds.AZURE_US_GOVERNMENT,
}
AZURE_CLI = {cloud.name: cloud for cloud in KNOWN_CLOUDS}


@pytest.mark.parametrize("name", CLOUDS)
def test_resource_manager_is_that_of_azure_mgmt_core(name: str) -> None:
    endpoints = get_arm_endpoints(ENUM[name])
    assert endpoints["credential_scopes"] == [CLOUDS[name].manager_scope]
    assert endpoints["resource_manager"].rstrip("/") == CLOUDS[name].resource_manager.rstrip("/")


@pytest.mark.parametrize("name", CLOUDS)
def test_hosts_and_audiences_are_those_of_the_azure_cli(name: str) -> None:
    cloud, endpoints, suffixes = CLOUDS[name], AZURE_CLI[name].endpoints, AZURE_CLI[name].suffixes
    assert endpoints.active_directory == f"https://{cloud.login_host}"
    assert endpoints.resource_manager == cloud.resource_manager
    assert endpoints.active_directory_resource_id == cloud.resource_manager_v1_audience
    assert endpoints.active_directory_graph_resource_id == cloud.azure_ad_graph_audience
    assert endpoints.microsoft_graph_resource_id.rstrip("/") == cloud.audiences["graph"]
    assert endpoints.ossrdbms_resource_id == cloud.audiences["postgresql"]
    assert suffixes.storage_endpoint == cloud.storage_suffix
    assert f"https://{suffixes.keyvault_dns[1:]}" == cloud.audiences["keyvault"]
    assert f"https://{suffixes.sql_server_hostname[1:]}" == cloud.audiences["sql"]
