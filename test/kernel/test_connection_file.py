"""The file that a server writes for the processes below it, written and read back."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from jupyter_azure_auth.connection_file import (
    SIZE_LIMIT,
    ConnectionFile,
    UnusableConnectionFileError,
    file_name,
    read,
    write,
)

CONTENT = ConnectionFile(
    4711, "started", "http://127.0.0.1:8888/", "the-key", unreachable=None, generation=3
)
IDS = {"pid": 1, "started": "x", "generation": 0}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "runtime"
    folder.mkdir(mode=0o700)
    return folder / file_name(4711)


def problem(path: Path) -> str:
    with pytest.raises(UnusableConnectionFileError) as caught:
        read(path)
    return caught.value.problem


def test_is_read_as_it_was_written_and_never_shows_its_key(path: Path) -> None:
    write(path, CONTENT)
    content = read(path)
    assert content == CONTENT
    assert "the-key" not in repr(content)
    assert path.name == "azure-auth-4711.json"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("umask", [0, 0o022, 0o077], ids=oct)
def test_is_this_users_alone_whatever_the_umask(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write(path, CONTENT)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_replaces_an_earlier_file_and_follows_no_link(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    path.symlink_to(target)
    path.with_name(f"{path.name}.{os.getpid()}").write_text("of a process that broke off")
    write(path, CONTENT)
    assert not target.exists()
    assert read(path) == CONTENT


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o620], ids=oct)
def test_a_file_that_others_have_access_to_is_not_used(path: Path, mode: int) -> None:
    write(path, CONTENT)
    path.chmod(mode)
    assert problem(path) == "file_open_to_others"


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701], ids=oct)
def test_a_file_in_a_folder_that_others_can_access_is_not_used(path: Path, mode: int) -> None:
    write(path, CONTENT)
    path.parent.chmod(mode)
    assert problem(path) == "file_open_to_others"


@pytest.mark.parametrize("whose", ["file", "folder"])
def test_a_file_of_another_user_is_not_used(
    path: Path, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path, CONTENT)
    if os.geteuid() == 0:
        os.chown(path if whose == "file" else path.parent, 12345, 12345)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert problem(path) == "file_of_others"


def test_says_that_there_is_none(path: Path) -> None:
    assert problem(path) == "server_gone"
    assert problem(path.parent / "nowhere" / path.name) == "server_gone"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 5000,
        "{}",
        json.dumps({"version": 2, **IDS}),
        json.dumps({"version": 1, **IDS, "url": 1}),
        json.dumps({"version": 1, **IDS, "url": "x" * SIZE_LIMIT}),
        json.dumps({"version": 1, **IDS, "pid": True}),
        json.dumps({"version": 1, **IDS, "pid": 2**40}),
        json.dumps({"version": 1, **IDS, "started": None}),
        json.dumps({"version": 1, **IDS, "generation": "3"}),
        json.dumps({"version": 1, **IDS, "unreachable": "newer"}),
        json.dumps({"version": 1, **IDS, "key": "k\r\nHost: evil"}),
        json.dumps({"version": 1, **IDS, "key": "\u20ac"}),
    ],
    ids=lambda text: text[-20:],
)
def test_a_malformed_file_is_not_used(path: Path, text: str) -> None:
    path.touch(0o600)
    path.write_text(text)
    assert problem(path) == "file_malformed"


def test_a_link_a_folder_or_a_pipe_is_not_used(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    write(target, CONTENT)
    path.symlink_to(target)
    assert problem(path) == "file_malformed"
    path.unlink()
    path.mkdir(0o700)
    assert problem(path) == "file_malformed"
    path.rmdir()
    os.mkfifo(path, 0o600)
    assert problem(path) == "file_malformed"


def test_ignores_fields_of_later_versions(path: Path) -> None:
    path.touch(0o600)
    path.write_text(json.dumps({"version": 1, **IDS, "url": "http://127.0.0.1:1/", "more": [1]}))
    assert read(path) == ConnectionFile(1, "x", "http://127.0.0.1:1/")
