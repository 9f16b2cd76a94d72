"""``%load_ext jupyter_azure_auth.azureml``: notebooks without ``auth``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from test.sdks.test_azureml_core import CONFIG, SUBSCRIPTION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from test.sdks.signed_in import SignedIn

LOAD = "%load_ext jupyter_azure_auth.azureml\nfrom azureml.core import Workspace\n"
UNLOAD = "%unload_ext jupyter_azure_auth.azureml\n"

CLASSES = """
import azureml.core.authentication as a, azureml.core.private_endpoint as p
import azureml.core.workspace as w, azureml._project.project as j
print(*(m.InteractiveLoginAuthentication is InteractiveLoginAuthentication for m in (w, p, j, a)))
"""


@pytest.fixture
def loaded(notebook: SignedIn) -> Iterator[SignedIn]:
    assert notebook.says(LOAD) == ""
    yield notebook
    notebook.says(UNLOAD)


def test_workspaces_without_auth_use_it(loaded: SignedIn, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    code = (
        f"one = Workspace.from_config({str(tmp_path)!r})\n"
        f"two = Workspace('{SUBSCRIPTION}', 'ml-group', 'ml-contoso')\n"
        f"print(one.name, two.name, list(Workspace.list('{SUBSCRIPTION}')), one.experiments,"
        " type(one._auth) is InteractiveLoginAuthentication)"
    )
    assert loaded.says(code) == "ml-contoso ml-contoso ['ml-contoso'] {} True"


def test_is_undone_completely(loaded: SignedIn) -> None:
    # The module from which users import the class keeps the original.
    assert loaded.says(CLASSES) == "True True True False"
    assert loaded.says(UNLOAD + CLASSES) == "False False False False"
    assert loaded.says(LOAD + CLASSES) == "True True True False"


def test_an_explicit_auth_is_used(loaded: SignedIn) -> None:
    code = (
        "from azureml.core.authentication import ArmTokenAuthentication\n"
        "given = ArmTokenAuthentication(str(InteractiveLoginAuthentication()._get_arm_token()))\n"
        f"ws = Workspace('{SUBSCRIPTION}', 'ml-group', 'ml-contoso', auth=given)\n"
        "print(ws._auth is given)"
    )
    assert loaded.says(code) == "True"


def test_azuremls_modules_create_an_instance_by_that_name(notebook: SignedIn) -> None:
    """azureml-core creates the class in these modules and in no others."""
    code = """
import azureml.core, pathlib, re
root = pathlib.Path(azureml.core.__file__).parents[1]
made = re.compile(r"^\\s+auth = InteractiveLoginAuthentication\\(\\)", re.M)
print(*sorted(".".join(f.relative_to(root).with_suffix("").parts) for f in root.rglob("*.py")
              if made.search(f.read_text(errors="ignore"))))
"""
    assert notebook.says(code) == "_project.project core.private_endpoint core.workspace"
