from __future__ import annotations

import os
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE, file_name
from test.kernel.fake_server import FakeServer
from test.kernel.notebook import Notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SETUP = """
import jupyter_azure_auth, jupyter_azure_auth.aio, asyncio, os, threading, time
credential = jupyter_azure_auth.JupyterCredential()
"""


@pytest.fixture(scope="session")
def shared_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    """One kernel for all tests that can share it, because a start takes a second."""
    notebook = Notebook(tmp_path_factory.mktemp("home"))
    notebook.idle(notebook.run(SETUP))
    yield notebook
    notebook.shut_down()


@pytest.fixture
def notebook(shared_kernel: Notebook) -> Notebook:
    """The shared kernel, after the effects of earlier tests have ended."""
    shared_kernel.idle(shared_kernel.run("credential = jupyter_azure_auth.JupyterCredential()"))
    shared_kernel.seen.clear()
    return shared_kernel


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Callable[..., Notebook]]:
    """Kernels that no page has answered yet."""
    started: list[Notebook] = []

    def start(
        *arguments: str,
        setup: str = SETUP,
        environ: dict[str, str] | None = None,
        **manager: object,
    ) -> Notebook:
        notebook = Notebook(tmp_path, *arguments, environ=environ, **manager)
        started.append(notebook)
        notebook.idle(notebook.run(setup))
        return notebook

    yield start
    for notebook in started:
        notebook.shut_down()


@pytest.fixture
def scope() -> str:
    """A unique scope for each test, because the shared kernel caches tokens."""
    return f"https://{uuid4().hex}.example/.default"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake_server = FakeServer()
    yield fake_server
    fake_server.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "runtime"
    folder.mkdir(mode=0o700)
    return folder / file_name(os.getpid())


@pytest.fixture
def environ(path: Path) -> dict[str, str]:
    """The environment of a process below this one."""
    return {CONNECTION_VARIABLE: str(path)}
