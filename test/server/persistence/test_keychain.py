from __future__ import annotations

import keyring
import pytest
from keyring.backends import fail, null

from jupyter_azure_auth.server.persistence.keychain import (
    MAX_PARTS,
    PART_LENGTH,
    Keychain,
    find_keychain,
)
from test.server.fake_keychain import FakeKeychain

SHORT = "short"
LONG = "".join(str(number) for number in range(2000))
LONGER = LONG[::-1] + LONG


@pytest.mark.parametrize("text", ["", SHORT, "x" * PART_LENGTH, LONG, LONGER])
def test_gives_back_what_it_was_given(keychain: FakeKeychain, text: str) -> None:
    backend = Keychain(keychain)
    assert backend.read("k") is None
    backend.write("k", text)
    assert backend.read("k") == text
    assert backend.read("other") is None
    backend.remove("k")
    assert backend.read("k") is None
    assert keychain.entries == {}


def test_leaves_nothing_of_the_previous_text(keychain: FakeKeychain) -> None:
    backend = Keychain(keychain)
    for text in (LONGER, LONG, SHORT, LONG, LONGER):
        backend.write("k", text)
        assert backend.read("k") == text
        assert len(keychain.entries) == -(-len(text) // PART_LENGTH) + 1


def test_an_interrupted_write_leaves_the_old_or_the_new_text(keychain: FakeKeychain) -> None:
    backend = Keychain(keychain)
    backend.write("k", LONG)
    for writes in range(8):
        keychain.writes_left = writes
        with pytest.raises(OSError, match="power"):
            backend.write("k", LONGER)
        keychain.writes_left = None
        assert backend.read("k") == LONG
    backend.write("k", LONGER)
    assert backend.read("k") == LONGER
    backend.remove("k")
    assert keychain.entries == {}


@pytest.mark.parametrize("damage", ["gone", "changed", "index"])
def test_parts_that_do_not_belong_together_are_ignored(keychain: FakeKeychain, damage: str) -> None:
    backend = Keychain(keychain)
    backend.write("k", LONG)
    index, *parts = sorted(keychain.entries)
    if damage == "gone":
        del keychain.entries[parts[1]]
    elif damage == "changed":
        keychain.entries[parts[1]] = keychain.entries[parts[0]]
    else:
        keychain.entries[index] = "[]"
    assert backend.read("k") is None
    backend.remove("k")
    assert keychain.entries == {}


def test_reads_what_another_server_has_just_written(
    keychain: FakeKeychain, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend, other = Keychain(keychain), Keychain(keychain)
    backend.write("k", LONG)
    read = FakeKeychain.get_password

    def after_the_index(fake_keychain: FakeKeychain, service: str, username: str) -> str | None:
        text = read(fake_keychain, service, username)
        monkeypatch.setattr(FakeKeychain, "get_password", read)
        other.write("k", LONGER)
        return text

    monkeypatch.setattr(FakeKeychain, "get_password", after_the_index)
    assert backend.read("k") == LONGER


def test_rejects_a_text_that_is_too_long(keychain: FakeKeychain) -> None:
    with pytest.raises(ValueError, match="too long"):
        Keychain(keychain).write("k", "x" * (PART_LENGTH * MAX_PARTS + 1))
    assert keychain.entries == {}


def test_uses_the_backend_that_keyring_is_configured_to_use(keychain: FakeKeychain) -> None:
    assert find_keychain() is not None


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_uses_no_backend_that_keyring_does_not_recommend(backend: type[fail.Keyring]) -> None:
    keyring.set_keyring(backend())
    assert find_keychain() is None


def test_works_without_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    assert find_keychain() is None


# Situation: keychain | another server of this user removes the same sign-in | sign-out | none; the
# sign-in is erased | nothing to do
def test_a_part_that_another_server_removes_is_no_error(
    keychain: FakeKeychain, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Keychain(keychain)
    backend.write("k", LONG)
    delete = keychain.delete_password

    def delete_twice(service: str, username: str) -> None:
        delete(service, username)
        delete(service, username)

    monkeypatch.setattr(keychain, "delete_password", delete_twice)
    backend.remove("k")
    assert keychain.entries == {}


def test_a_part_that_cannot_be_removed_is_an_error(
    keychain: FakeKeychain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(service: str, username: str) -> None:
        raise OSError("locked")

    backend = Keychain(keychain)
    backend.write("k", SHORT)
    monkeypatch.setattr(keychain, "delete_password", refuse)
    with pytest.raises(OSError, match="locked"):
        backend.remove("k")
