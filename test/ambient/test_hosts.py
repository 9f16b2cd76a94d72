from __future__ import annotations

import os
from itertools import combinations, product
from pathlib import Path
from unittest import mock

import pytest
from azure.identity import ManagedIdentityCredential

from jupyter_azure_auth.ambient.hosts import (
    ENDPOINT_PROTOCOLS,
    WORKLOAD,
    EndpointProtocol,
    detect_host,
)

PARENT_SERVER = {"IDENTITY_ENDPOINT": "http://127.0.0.1:5555/jupyter-azure-auth/token"}

TITLE = "Azure Machine Learning compute instance"


@pytest.mark.parametrize(
    ("environ", "place", "wire"),
    [
        ({}, "plain", "imds"),
        ({"JUPYTERHUB_SERVICE_PREFIX": "/user/ada/"}, "jupyterhub", "imds"),
        ({"MSI_SECRET": "x"}, "plain", "imds"),
        ({"IDENTITY_ENDPOINT": "x"}, "plain", "half-configured"),
        ({"IDENTITY_ENDPOINT": "x", "IDENTITY_HEADER": "x"}, "app-service", "app-service"),
        ({**PARENT_SERVER, "IDENTITY_HEADER": "x"}, "plain", "parent-server"),
        ({**PARENT_SERVER, "IDENTITY_HEADER": "x", "MSI_ENDPOINT": "x"}, "plain", "parent-server"),
        ({"IDENTITY_ENDPOINT": "x", "IMDS_ENDPOINT": "x"}, "arc", "arc"),
        ({"MSI_ENDPOINT": "x", "MSI_SECRET": "x"}, "app-service", "msi"),
        ({"MSI_ENDPOINT": "x", "MSI_SECRET": "x", "AZUREML_RUN_ID": "r"}, "azure-ml", "msi"),
        ({"MSI_ENDPOINT": "x", "MSI_SECRET": ""}, "plain", "msi-legacy"),
        (dict.fromkeys(WORKLOAD, "x"), "aks", "aks"),
        ({"APPSETTING_WEBSITE_SITE_NAME": "AMLComputeInstance"}, "compute-instance", "imds"),
        ({"APPSETTING_WEBSITE_SITE_NAME": "shop"}, "plain", "imds"),
        ({"AZURE_NOTEBOOKS_VMVERSION": "1", "MSI_ENDPOINT": "x"}, "azure-notebooks", "msi-legacy"),
        ({"AZURE_NOTEBOOKS_HOST": "x"}, "azure-notebooks", "imds"),
        (
            {"AZUREPS_HOST_ENVIRONMENT": "cloud-shell/1.0", "MSI_ENDPOINT": "x"},
            "cloud-shell",
            "msi-legacy",
        ),
        (
            {"IDENTITY_ENDPOINT": "x", "IDENTITY_HEADER": "x", "FUNCTIONS_WORKER_RUNTIME": "py"},
            "functions",
            "app-service",
        ),
        (
            {"IDENTITY_ENDPOINT": "x", "IDENTITY_HEADER": "x", "CONTAINER_APP_NAME": "a"},
            "container-apps",
            "app-service",
        ),
    ],
)
def test_variables(environ: dict[str, str], place: str, wire: str, tmp_path: Path) -> None:
    host = detect_host(environ, tmp_path)
    assert (host.kind, host.protocol) == (place, wire)


@pytest.mark.parametrize(
    ("environ", "title"),
    [
        ({}, "Azure virtual machine"),
        ({"JUPYTERHUB_SERVICE_PREFIX": "/"}, "Azure virtual machine"),
        ({"MSI_ENDPOINT": "x"}, "Azure"),
        ({"MSI_ENDPOINT": "x", "JUPYTERHUB_SERVICE_PREFIX": "/"}, "JupyterHub in Azure"),
        ({"AZUREPS_HOST_ENVIRONMENT": "cloud-shell/1.0"}, "Azure Cloud Shell"),
    ],
)
def test_the_title_of_a_host(environ: dict[str, str], title: str, tmp_path: Path) -> None:
    assert detect_host(environ, tmp_path).title == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("instance=ada-1\ndomainsuffix=westeurope.instances.azureml.ms\n", f"{TITLE} ada-1"),
        ("domainsuffix = x\r\n instance = ada-1 \r\n", f"{TITLE} ada-1"),
        ("", TITLE),
        ("instance=<b>ada</b>", TITLE),
        (f"instance={'a' * 65}", TITLE),
        ("\xff" * 5000 + "\ninstance=late", TITLE),
    ],
)
def test_the_mark_of_a_compute_instance(text: str, title: str, tmp_path: Path) -> None:
    mark = tmp_path / "mnt/azmnt/.nbvm"
    mark.parent.mkdir(parents=True)
    mark.write_text(text, encoding="latin-1", newline="")
    host = detect_host({}, tmp_path)
    assert (host.kind, host.title) == ("compute-instance", title)


def test_an_unreadable_marker_file_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "mnt/azmnt/.nbvm").mkdir(parents=True)
    assert detect_host({}, tmp_path).kind == "plain"


def test_no_row_hides_a_later_one() -> None:
    for (_, earlier), (protocol, later) in combinations(ENDPOINT_PROTOCOLS, 2):
        assert not set(earlier) <= set(later), f"{protocol} is never found"


THEIR_NAMES: dict[EndpointProtocol, str] = {
    "service-fabric": "ServiceFabricCredential",
    "app-service": "AppServiceCredential",
    "arc": "AzureArcCredential",
    "half-configured": "NoneType",
    "msi": "AzureMLCredential",
    "msi-legacy": "CloudShellCredential",
    "aks": "WorkloadIdentityCredential",
    "imds": "ImdsCredential",
}


def test_agrees_with_azure_identity_in_every_environment(tmp_path: Path) -> None:
    """All 128 combinations, because the next release of azure-identity may use others."""
    names = sorted({name for _, needs in ENDPOINT_PROTOCOLS for name in needs} - set(WORKLOAD))
    groups = [WORKLOAD, *((name,) for name in names)]
    for chosen in product([False, True], repeat=len(groups)):
        present = [name for group, on in zip(groups, chosen, strict=True) if on for name in group]
        environ = dict.fromkeys(present, "https://x")
        with mock.patch.dict(os.environ, {**environ, "AZURE_CLIENT_ID": "c"}, clear=True):
            theirs = type(ManagedIdentityCredential()._credential).__name__
        assert THEIR_NAMES[detect_host(environ, tmp_path).protocol] == theirs, environ
