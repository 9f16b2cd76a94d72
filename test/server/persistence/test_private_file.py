from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth.server.persistence.private_file import (
    NotPrivateError,
    PrivateFile,
    is_served,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    """Run with a umask that gives all users all permissions on new files."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / ".kept"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_gives_back_what_it_was_given(folder: Path) -> None:
    backend = PrivateFile(folder)
    assert backend.read("k") is None
    backend.remove("k")
    for text in ("one", "another"):
        backend.write("k", text)
        assert backend.read("k") == text
    backend.remove("k")
    assert backend.read("k") is None
    assert list(folder.iterdir()) == []


def test_no_other_user_can_look_inside(folder: Path) -> None:
    PrivateFile(folder).write("k", "secret")
    assert mode(folder.parent) == mode(folder) == 0o700
    assert [mode(file) for file in folder.iterdir()] == [0o600]


def test_its_mode_is_set_from_the_beginning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is created first and restricted afterwards."""
    for name in ("chmod", "fchmod", "lchmod"):
        monkeypatch.delattr(os, name, raising=False)
    PrivateFile(folder).write("k", "secret")
    assert mode(folder / "k.json") == 0o600


def test_uses_no_folder_that_all_users_share(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o750)
    (folder / "k.json").touch(0o600)
    with pytest.raises(NotPrivateError):
        PrivateFile(folder).write("k", "x")
    with pytest.raises(NotPrivateError):
        PrivateFile(folder).read("k")


def test_uses_no_folder_of_another_user(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    PrivateFile(folder).write("k", "x")
    monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(NotPrivateError):
        PrivateFile(folder).read("k")


def test_follows_no_link(folder: Path, tmp_path: Path) -> None:
    PrivateFile(folder).write("k", "x")
    (folder / "k.json").rename(tmp_path / "elsewhere")
    (folder / "k.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        PrivateFile(folder).read("k")
    link = tmp_path / ".link"
    link.symlink_to(folder)
    with pytest.raises(NotPrivateError):
        PrivateFile(link).write("k", "x")


def test_rejects_a_file_that_others_could_have_written(folder: Path) -> None:
    PrivateFile(folder).write("k", "x")
    (folder / "k.json").chmod(0o666)
    with pytest.raises(NotPrivateError):
        PrivateFile(folder).read("k")


def test_a_failed_write_leaves_the_old_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = PrivateFile(folder)
    backend.write("k", "before")

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        backend.write("k", "after")
    assert backend.read("k") == "before"
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(
    ("folder", "hidden_too", "served"),
    [("home/.x", True, True), ("home/.x", False, False), ("elsewhere/.x", True, False)],
)
def test_recognizes_what_jupyter_serves(
    tmp_path: Path, folder: str, *, hidden_too: bool, served: bool
) -> None:
    assert is_served(tmp_path / folder, tmp_path / "home", hidden_too=hidden_too) is served
