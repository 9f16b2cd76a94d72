from __future__ import annotations

import pytest

import jupyter_azure_auth
from jupyter_azure_auth import azureml


def test_says_that_azureml_core_is_missing() -> None:
    with pytest.raises(ModuleNotFoundError, match="%pip install azureml-core"):
        azureml.load_ipython_extension(None)


def test_both_public_names_are_one_class() -> None:
    found = azureml.InteractiveLoginAuthentication
    assert found is jupyter_azure_auth.InteractiveLoginAuthentication
    assert found.__module__ == "jupyter_azure_auth"
    with pytest.raises(AttributeError, match="has no attribute 'Other'"):
        azureml.Other  # noqa: B018
