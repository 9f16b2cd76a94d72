"""`docs/azure/azure-ml.md`: its cells with the real SDKs, and its statements about versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from test.sdks.examples import examples, headings
from test.sdks.test_azureml_core import SUBSCRIPTION

if TYPE_CHECKING:
    from test.sdks.signed_in import SignedIn

DOCUMENT = "azure/azure-ml.md"


@pytest.mark.parametrize("heading", headings(DOCUMENT))
def test_works_as_written(notebook: SignedIn, heading: str) -> None:
    for code, printed in examples(DOCUMENT, heading):
        said = notebook.says(code.replace("<subscription>", SUBSCRIPTION))
        assert said.split("\n")[-1] == printed
    notebook.says('os.environ.pop("AZUREML_CURRENT_CLOUD", None)')  # MLClient sets it


def test_names_both_versions() -> None:
    assert headings(DOCUMENT) == ["Keep version 1 running", "The same with version 2"]
