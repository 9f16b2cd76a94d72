"""The folders of the connection file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from jupyter_azure_auth.server.process_access.private_folders import private_folders


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"jupyter-azure-auth-{os.geteuid()}"


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    folder = tmp_path / "runtime"
    folder.mkdir(mode=0o700)
    return folder


def test_the_folders_are_jupyters_the_sessions_and_ours_in_this_order(
    runtime: Path, temp: Path, tmp_path: Path
) -> None:
    session = tmp_path / "session"
    session.mkdir(mode=0o700)
    environ = {"XDG_RUNTIME_DIR": str(session)}
    assert list(private_folders(runtime, environ)) == [runtime, session, temp]
    assert temp.stat().st_mode & 0o7777 == 0o700
    for folder in (runtime, session):
        folder.chmod(0o2770)
    assert list(private_folders(runtime, environ)) == [temp]
    assert list(private_folders(runtime, {"XDG_RUNTIME_DIR": "session"})) == [temp]


@pytest.mark.parametrize("umask", [0, 0o077], ids=oct)
def test_the_file_is_never_open_to_other_users(runtime: Path, temp: Path, umask: int) -> None:
    runtime.chmod(0o777)
    before = os.umask(umask)
    try:
        assert list(private_folders(runtime, {})) == [temp]
    finally:
        os.umask(before)
    assert temp.stat().st_mode & 0o7777 == 0o700


def test_a_link_a_file_or_an_open_folder_in_its_place_is_not_used(
    runtime: Path, temp: Path, tmp_path: Path
) -> None:
    runtime.chmod(0o777)
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    temp.symlink_to(private)
    assert list(private_folders(runtime, {})) == []
    temp.unlink()
    temp.touch(mode=0o600)
    assert list(private_folders(runtime, {})) == []
    temp.unlink()
    temp.mkdir()
    temp.chmod(0o750)
    assert list(private_folders(runtime, {})) == []


def test_a_folder_of_another_user_is_not_used(
    runtime: Path, temp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime.chmod(0o777)
    temp.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(temp, 12345, 12345)
    else:
        temp.rename(temp.with_name("jupyter-azure-auth-12345"))
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert list(private_folders(runtime, {})) == []
