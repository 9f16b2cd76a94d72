"""`import jupyter_azure_auth` in kernels of other kinds never raises."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from jupyter_azure_auth.kernel import attach
from test.kernel.notebook import CANARY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test.kernel.notebook import Notebook


@pytest.fixture
def metakernel(fresh: Callable[..., Notebook], tmp_path: Path) -> Notebook:
    folder = tmp_path / "specs" / "meta"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-m", "test.kernel.meta_kernel", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Meta", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    specs = KernelSpecManager(kernel_dirs=[str(folder.parent)])
    return fresh(kernel_name="meta", kernel_spec_manager=specs, setup="pass")


# Situation: kernel of metakernel, not IPython's | none | import and first token | the user's token
# | nothing to do
def test_a_kernel_of_metakernel_gets_tokens(metakernel: Notebook, scope: str) -> None:
    assert metakernel.output(metakernel.run("import jupyter_azure_auth; print('ok')")) == "ok"
    cell = metakernel.run(
        f"print(jupyter_azure_auth.JupyterCredential().get_token('{scope}').token)"
    )
    metakernel.give(metakernel.asked())
    assert metakernel.output(cell) == CANARY


# Situation: kernel that lacks ipykernel's attributes | none | import | no page is
# asked; `no_kernel` if the machine has no identity | use an IPython kernel
def test_a_kernel_without_the_attributes_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bare:
        control_thread = object()

        @staticmethod
        def initialized() -> bool:
            return True

        @classmethod
        def instance(cls) -> Bare:
            return cls()

    module = SimpleNamespace(Kernel=Bare)
    monkeypatch.setitem(sys.modules, "ipykernel.kernelbase", module)
    monkeypatch.setattr(attach, "_connections", [])
    assert attach.attach() is None
