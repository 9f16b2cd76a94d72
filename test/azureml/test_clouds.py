from __future__ import annotations

import pytest

from jupyter_azure_auth.azureml.clouds import CLOUDS, CloudChoice, choose_cloud

GOV, CHINA = "AzureUSGovernment", "AzureChinaCloud"


@pytest.mark.parametrize(
    ("argument", "variable", "configured", "choice"),
    [
        (None, None, "", CloudChoice("AzureCloud", named=False)),
        (None, None, CHINA, CloudChoice(CHINA, named=True)),
        (None, GOV, CHINA, CloudChoice(GOV, named=True)),
        (None, "", CHINA, CloudChoice(CHINA, named=True)),
        ("AzureCloud", GOV, CHINA, CloudChoice("AzureCloud", named=True)),
        # A cloud that is registered in the CLI only is ignored.
        (None, None, "MyStack", CloudChoice("AzureCloud", named=False)),
    ],
)
def test_the_order(
    argument: object, variable: str | None, configured: str, choice: CloudChoice
) -> None:
    environ = {} if variable is None else {"AZUREML_CURRENT_CLOUD": variable}
    assert choose_cloud(argument, environ, configured) == choice


@pytest.mark.parametrize("argument", ["Nope", "azurecloud", "", 5])
def test_the_error_for_an_unknown_cloud_lists_the_known_ones(argument: object) -> None:
    with pytest.raises(ValueError, match="cloud must be one of AzureCloud, AzureChinaCloud"):
        choose_cloud(argument, {}, "")


def test_an_unknown_cloud_in_the_environment_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="AZUREML_CURRENT_CLOUD must be one of AzureCloud"):
        choose_cloud(None, {"AZUREML_CURRENT_CLOUD": "Nope"}, "")


def test_only_a_named_cloud_is_asked_of_the_page() -> None:
    assert choose_cloud(None, {}, "").required is None
    assert choose_cloud(None, {}, CHINA).required == CHINA


def test_audiences_of_the_government_cloud_differ_from_its_addresses() -> None:
    endpoints = CLOUDS[GOV].endpoints
    assert endpoints.active_directory_resource_id == "https://management.core.usgovcloudapi.net/"
    assert endpoints.resource_manager == "https://management.usgovcloudapi.net/"
