"""What is different on Windows and macOS. Nothing is run there: each test only says so."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from jupyter_azure_auth import az_folder, connection_file
from jupyter_azure_auth.ambient import az_command
from jupyter_azure_auth.azureml import sign_in_methods
from jupyter_azure_auth.cli import running_servers
from jupyter_azure_auth.kernel.parent_server import discovery
from jupyter_azure_auth.kernel.terminal import prompt
from jupyter_azure_auth.server.persistence import private_file
from jupyter_azure_auth.server.process_access import private_folders

if TYPE_CHECKING:
    from collections.abc import Callable

OPEN_TO_ALL = os.stat_result((stat.S_IFREG | 0o666, 1, 1, 1, 4321, 4321, 0, 0, 0, 0))


class Changed(ModuleType):
    """A module of the standard library with other attributes. `pathlib` reads the real one."""

    def __init__(self, module: ModuleType, **attributes: str) -> None:
        super().__init__(module.__name__)
        self.__dict__.update({**vars(module), **attributes})


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let modules of ours see another system."""

    def change(platform: str, *modules: ModuleType) -> None:
        changed = {
            "os": Changed(os, name="nt" if platform == "win32" else "posix"),
            "sys": Changed(sys, platform=platform),
        }
        for module in modules:
            for name in changed.keys() & vars(module).keys():
                monkeypatch.setattr(module, name, changed[name])

    return change


def test_windows_restricts_access_by_the_folder_and_not_the_mode(
    on: Callable[..., None], tmp_path: Path
) -> None:
    assert not connection_file.is_private(OPEN_TO_ALL)
    with pytest.raises(private_file.NotPrivateError):
        private_file._check_private(OPEN_TO_ALL, stat.S_ISREG)
    on("win32", connection_file, private_file, private_folders, running_servers)
    assert connection_file.is_private(OPEN_TO_ALL)
    private_file._check_private(OPEN_TO_ALL, stat.S_ISREG)
    # The runtime folder is in the profile; no other place is made.
    assert list(private_folders.private_folders(tmp_path, {})) == [tmp_path]
    assert running_servers._user_id() == ""


def test_windows_runs_command_files(
    on: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on("win32", az_folder, az_command)
    made = az_folder.create_az_folder(tmp_path)
    assert [one.name for one in made.iterdir()] == ["az.cmd"]
    script = (made / "az.cmd").read_text()
    assert script == f'@"{sys.executable}" "-IS" "{az_folder._STAND_IN}" %*\n'
    asked: list[str] = []
    monkeypatch.setattr(shutil, "which", lambda name, **_: asked.append(name))
    assert az_command.az_path({"PATH": ""}) is None
    assert asked == ["az.cmd", "az"]


def test_windows_names_no_parent_process(on: Callable[..., None]) -> None:
    environ = {connection_file.CONNECTION_VARIABLE: "/r/azure-auth-1.json", "JPY_PARENT_PID": "2"}
    assert not discovery.may_have_page(environ)
    on("win32", discovery)
    assert discovery.may_have_page(environ), "there, the number is a handle"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_have_a_browser_and_a_keychain(
    on: Callable[..., None], monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOCALAPPDATA", "/profile/local")
    assert not prompt.has_browser()
    on(platform, prompt, sign_in_methods)
    assert prompt.has_browser()
    uncached: Any = sign_in_methods.has_keychain
    assert uncached.__wrapped__()
    own = Path("/profile/local") if platform == "win32" else Path.home()
    assert sign_in_methods._identity_folder() == own / ".IdentityService"
