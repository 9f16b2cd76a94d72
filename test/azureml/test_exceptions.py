from __future__ import annotations

import re

import pytest

from jupyter_azure_auth.azureml.exceptions import FALLBACK_EXCEPTIONS


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError("AADSTS50105: ada@contoso.com has no role. Trace ID: 1"), "AADSTS50105"),
        (RuntimeError("token=SECRET"), "failed"),
    ],
)
def test_another_packages_error_has_one_code_and_no_text(error: Exception, code: str) -> None:
    text = str(FALLBACK_EXCEPTIONS.convert(error))
    assert re.findall(r"[\[(](\w+)[\])]", text) == [code]
    assert not re.search("SECRET|contoso", text)
