from __future__ import annotations

import sys
from pathlib import Path

import pytest

import jupyter_azure_auth
from jupyter_azure_auth import azureml


def test_says_that_azureml_core_is_missing() -> None:
    with pytest.raises(ModuleNotFoundError, match="%pip install azureml-core"):
        azureml.load_ipython_extension(None)


def test_says_so_if_another_azure_ml_package_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """azureml-fsspec, azureml-mlflow and others share the name ``azureml``."""
    (tmp_path / "azureml" / "fsspec").mkdir(parents=True)
    (tmp_path / "azureml" / "fsspec" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    try:
        with pytest.raises(ModuleNotFoundError, match="%pip install azureml-core"):
            azureml.load_ipython_extension(None)
    finally:
        sys.modules.pop("azureml", None)


def test_both_public_names_are_one_class() -> None:
    found = azureml.InteractiveLoginAuthentication
    assert found is jupyter_azure_auth.InteractiveLoginAuthentication
    assert found.__module__ == "jupyter_azure_auth"
    with pytest.raises(AttributeError, match="has no attribute 'Other'"):
        azureml.Other  # noqa: B018
