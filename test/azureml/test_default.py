from __future__ import annotations

import pytest

from jupyter_azure_auth.azureml.default import install


def test_says_that_azureml_core_is_missing() -> None:
    with pytest.raises(ModuleNotFoundError, match="azureml-core is not installed"):
        install()
