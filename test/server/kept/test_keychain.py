from __future__ import annotations

import keyring
import pytest
from keyring.backends import fail, null

from jupyter_azure_auth.server.kept.keychain import MOST, PART, Keychain, find_keychain
from test.server.shelf import Shelf

SHORT = "short"
LONG = "".join(str(number) for number in range(2000))
LONGER = LONG[::-1] + LONG


@pytest.mark.parametrize("text", ["", SHORT, "x" * PART, LONG, LONGER])
def test_gives_back_what_it_was_given(keychain: Shelf, text: str) -> None:
    place = Keychain(keychain)
    assert place.read("k") is None
    place.write("k", text)
    assert place.read("k") == text
    assert place.read("other") is None
    place.remove("k")
    assert place.read("k") is None
    assert keychain.entries == {}


def test_leaves_nothing_of_what_was_there_before(keychain: Shelf) -> None:
    place = Keychain(keychain)
    for text in (LONGER, LONG, SHORT, LONG, LONGER):
        place.write("k", text)
        assert place.read("k") == text
        assert len(keychain.entries) == -(-len(text) // PART) + 1


def test_breaking_off_leaves_the_old_or_the_new(keychain: Shelf) -> None:
    place = Keychain(keychain)
    place.write("k", LONG)
    for writes in range(8):
        keychain.writes_left = writes
        with pytest.raises(OSError, match="power"):
            place.write("k", LONGER)
        keychain.writes_left = None
        assert place.read("k") == LONG
    place.write("k", LONGER)
    assert place.read("k") == LONGER
    place.remove("k")
    assert keychain.entries == {}


@pytest.mark.parametrize("damage", ["gone", "changed", "index"])
def test_parts_that_do_not_belong_together_are_nothing(keychain: Shelf, damage: str) -> None:
    place = Keychain(keychain)
    place.write("k", LONG)
    index, *parts = sorted(keychain.entries)
    if damage == "gone":
        del keychain.entries[parts[1]]
    elif damage == "changed":
        keychain.entries[parts[1]] = keychain.entries[parts[0]]
    else:
        keychain.entries[index] = "[]"
    assert place.read("k") is None
    place.remove("k")
    assert keychain.entries == {}


def test_reads_what_another_server_writes_meanwhile(
    keychain: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, other = Keychain(keychain), Keychain(keychain)
    place.write("k", LONG)
    read = Shelf.get_password

    def after_the_index(shelf: Shelf, service: str, username: str) -> str | None:
        text = read(shelf, service, username)
        monkeypatch.setattr(Shelf, "get_password", read)
        other.write("k", LONGER)
        return text

    monkeypatch.setattr(Shelf, "get_password", after_the_index)
    assert place.read("k") == LONGER


def test_takes_nothing_that_is_too_long(keychain: Shelf) -> None:
    with pytest.raises(ValueError, match="too long"):
        Keychain(keychain).write("k", "x" * (PART * MOST + 1))
    assert keychain.entries == {}


def test_finds_what_keyring_was_told_to_use(keychain: Shelf) -> None:
    assert find_keychain() is not None


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_takes_nothing_that_keyring_does_not_recommend(backend: type[fail.Keyring]) -> None:
    keyring.set_keyring(backend())
    assert find_keychain() is None


def test_does_without_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    assert find_keychain() is None
