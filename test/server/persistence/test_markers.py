"""The markers of servers about stored sign-ins."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_azure_auth.server.persistence.markers import Markers

GROUP, OTHER_GROUP, KEY, OTHER_KEY = "a" * 32, "b" * 32, "c" * 32, "d" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "not there" / "notes"


def test_lists_the_keys_of_a_group_the_latest_first(folder: Path) -> None:
    markers = Markers(folder)
    assert markers.persisted_keys(GROUP) == []
    for number, key in enumerate((KEY, OTHER_KEY)):
        markers.mark_persisted(GROUP, key)
        os.utime(folder / f"{key}.{GROUP}", (number, number))
    assert markers.persisted_keys(GROUP) == [OTHER_KEY, KEY]
    assert markers.persisted_keys(OTHER_GROUP) == []


def test_an_erased_key_is_not_listed_until_it_is_stored_again(folder: Path) -> None:
    markers = Markers(folder)
    markers.mark_persisted(GROUP, KEY)
    markers.mark_erased(KEY)
    assert (markers.is_erased(KEY), markers.persisted_keys(GROUP)) == (True, [])
    markers.mark_persisted(GROUP, KEY)
    assert (markers.is_erased(KEY), markers.persisted_keys(GROUP)) == (False, [KEY])


def test_an_unreadable_marker_is_an_error(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / f"{KEY}.erased").symlink_to(f"{KEY}.erased")
    with pytest.raises(OSError, match=KEY):
        Markers(folder).is_erased(KEY)


def test_a_refusal_stays_marked_until_the_user_acts(folder: Path) -> None:
    markers = Markers(folder)
    assert markers.ended_by(KEY) is None
    markers.mark_ended(KEY, "AADSTS700082")
    markers.mark_ended(OTHER_KEY, "")
    markers.remove(GROUP, KEY)
    assert (markers.ended_by(KEY), markers.ended_by(OTHER_KEY)) == ("AADSTS700082", "")
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())
    markers.unmark_ended(KEY)
    markers.unmark_ended(KEY)
    assert markers.ended_by(KEY) is None


def test_nothing_is_left_of_a_forgotten_sign_in(folder: Path) -> None:
    markers = Markers(folder)
    markers.mark_persisted(GROUP, KEY)
    markers.mark_erased(KEY)
    markers.remove(GROUP, KEY)
    markers.remove(GROUP, KEY)
    assert list(folder.iterdir()) == []
