"""The notes of servers about stored sign-ins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_azure_auth.server.kept.notes import Notes

GROUP, OTHER_GROUP, KEY, OTHER_KEY = "a" * 32, "b" * 32, "c" * 32, "d" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "not there" / "notes"


def test_lists_the_keys_of_a_group_the_latest_first(folder: Path) -> None:
    notes = Notes(folder)
    assert notes.kept(GROUP) == []
    for number, key in enumerate((KEY, OTHER_KEY)):
        notes.note_kept(GROUP, key)
        os.utime(folder / f"{key}.{GROUP}", (number, number))
    assert notes.kept(GROUP) == [OTHER_KEY, KEY]
    assert notes.kept(OTHER_GROUP) == []


def test_what_is_erased_is_listed_no_more_until_it_is_kept_again(folder: Path) -> None:
    notes = Notes(folder)
    notes.note_kept(GROUP, KEY)
    notes.note_erased(KEY)
    assert (notes.is_erased(KEY), notes.kept(GROUP)) == (True, [])
    notes.note_kept(GROUP, KEY)
    assert (notes.is_erased(KEY), notes.kept(GROUP)) == (False, [KEY])


def test_an_unreadable_note_is_no_answer(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / f"{KEY}.erased").symlink_to(f"{KEY}.erased")
    with pytest.raises(OSError, match=KEY):
        Notes(folder).is_erased(KEY)


def test_a_refusal_stays_noted_until_the_user_acts(folder: Path) -> None:
    notes = Notes(folder)
    assert notes.ended(KEY) is None
    notes.note_ended(KEY, "AADSTS700082")
    notes.note_ended(OTHER_KEY, "")
    notes.forget(GROUP, KEY)
    assert (notes.ended(KEY), notes.ended(OTHER_KEY)) == ("AADSTS700082", "")
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())
    notes.forget_ended(KEY)
    notes.forget_ended(KEY)
    assert notes.ended(KEY) is None


def test_nothing_is_left_of_what_is_forgotten(folder: Path) -> None:
    notes = Notes(folder)
    notes.note_kept(GROUP, KEY)
    notes.note_erased(KEY)
    notes.forget(GROUP, KEY)
    notes.forget(GROUP, KEY)
    assert list(folder.iterdir()) == []
