"""The kernel's part of the widget, which contains only its place."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from test.kernel.notebook import CANARY, Notebook, kernel_environ

if TYPE_CHECKING:
    from pathlib import Path

VIEW = "application/vnd.jupyter.widget-view+json"
OF_EVERY_WIDGET = {"_dom_classes", "_view_count", "layout", "tabbable", "tooltip"}
SHOW = "from jupyter_azure_auth import SignInWidget\nwidget = SignInWidget()\nwidget"


def test_its_state_is_what_every_widget_has(notebook: Notebook) -> None:
    code = "import json; print(json.dumps({k: str(v) for k, v in widget.get_state().items()}))"
    state = json.loads(notebook.output(notebook.run(f"{SHOW};\n{code}")))
    named = {name: value for name, value in state.items() if name not in OF_EVERY_WIDGET}
    assert named == {
        "_model_name": "SignInModel",
        "_model_module": "jupyter-azure-auth",
        "_model_module_version": "^1.0.0",
        "_view_name": "SignInView",
        "_view_module": "jupyter-azure-auth",
        "_view_module_version": "^1.0.0",
    }


def test_does_not_reveal_what_the_kernel_knows(notebook: Notebook, scope: str) -> None:
    cell = notebook.run(f"credential.get_token('{scope}')\n{SHOW}")
    notebook.give(notebook.asked())
    contents = [m["content"] for m in notebook.idle(cell)]
    assert CANARY not in json.dumps(contents)
    # Pages are told which account the kernel acts as, in a message that no notebook keeps.
    said = json.dumps([c for c in contents if c.get("data", {}).get("kind") != "holder"])
    assert "SignInView" in said
    assert "ada@example.com" not in said


def test_shows_a_still_image_without_a_page(notebook: Notebook) -> None:
    messages = notebook.idle(notebook.run(SHOW))
    (data,) = [m["content"]["data"] for m in messages if m["msg_type"] == "execute_result"]
    assert VIEW in data
    assert data["text/plain"].startswith("Sign-in to Azure: open this notebook in JupyterLab")
    assert data["text/html"] == f"<p>{data['text/plain']}</p>"


def test_says_what_to_install_and_nothing_else_fails(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['ipywidgets'] = None\n"
        "from jupyter_azure_auth import *\n"
        "import jupyter_azure_auth\n"
        "assert 'SignInWidget' in dir(jupyter_azure_auth)\n"
        "try: jupyter_azure_auth.SignInWidget\n"
        "except ImportError as error: print(error)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=kernel_environ(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "SignInWidget needs ipywidgets 8" in ran.stdout


def test_import_of_the_package_loads_no_widgets(tmp_path: Path) -> None:
    code = "import sys, jupyter_azure_auth; print('ipywidgets' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=kernel_environ(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "False"
