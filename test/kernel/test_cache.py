from __future__ import annotations

import pickle
import time

import pytest

from jupyter_azure_auth.kernel.cache import Entry, Need, TokenCache, need
from jupyter_azure_auth.kernel.protocol import Identity, Issued, Request

NOW = 1_000_000
ADA, BOB = Identity("ada"), Identity("bob")
STORAGE = Request(("storage",))


def entry(ends_in: int, refresh_in: int | None = None, tried: int | None = None) -> Entry:
    refresh_on = None if refresh_in is None else NOW + refresh_in
    made = Entry(Issued("CANARY", NOW + ends_in, ADA, refresh_on=refresh_on))
    if tried is not None:
        made.tried(NOW + tried)
    return made


@pytest.mark.parametrize(
    ("cached", "anew", "expected"),
    [
        (None, False, Need.TOKEN),
        (entry(301), False, Need.NOTHING),
        (entry(300), False, Need.RENEWAL),
        (entry(300, tried=-29), False, Need.NOTHING),
        (entry(300, tried=-30), False, Need.RENEWAL),
        (entry(1), False, Need.RENEWAL),
        (entry(0), False, Need.TOKEN),
        (entry(0, tried=0), False, Need.TOKEN),
        (entry(10, tried=0), False, Need.NOTHING),
        (entry(3600, refresh_in=0), False, Need.RENEWAL),
        (entry(200, refresh_in=100), False, Need.NOTHING),
        (entry(200, refresh_in=300), False, Need.NOTHING),
        (entry(3600), True, Need.TOKEN),
    ],
)
def test_need(cached: Entry | None, anew: bool, expected: Need) -> None:  # noqa: FBT001
    assert need(cached, anew=anew, now=NOW) is expected


def test_finds_the_token_of_an_identity_or_the_last() -> None:
    cache = TokenCache()
    ada = cache.keep(STORAGE, Issued("a", NOW, ADA))
    bob = cache.keep(STORAGE, Issued("b", NOW, BOB))
    assert cache.find(STORAGE.key, ADA) is ada
    assert cache.find(STORAGE.key, BOB) is bob
    assert cache.find(STORAGE.key, None) is bob
    cache.forget(BOB)
    assert cache.find(STORAGE.key, None) is None
    assert cache.find(STORAGE.key, ADA) is ada


def test_a_push_never_replaces_a_token_by_an_older_or_a_dead_one() -> None:
    cache = TokenCache()
    now = int(time.time())
    cache.renew(STORAGE, Issued("dead", now - 1, ADA))
    assert cache.find(STORAGE.key, ADA) is None
    cache.renew(STORAGE, Issued("new", now + 100, ADA))
    cache.renew(STORAGE, Issued("old", now + 50, ADA))
    found = cache.find(STORAGE.key, ADA)
    assert found is not None
    assert found.issued.token == "new"


def test_signing_out_voids_everything() -> None:
    cache = TokenCache()
    cache.keep(STORAGE, Issued("a", NOW, ADA))
    epoch = cache.epoch
    cache.forget_all()
    assert cache.find(STORAGE.key, ADA) is None
    assert cache.epoch != epoch


def test_shows_and_pickles_no_token() -> None:
    cache = TokenCache()
    kept = cache.keep(STORAGE, Issued("CANARY", NOW, ADA))
    assert "CANARY" not in repr((cache, vars(cache)))
    for holder in (cache, kept):
        with pytest.raises(TypeError, match="stay in the kernel"):
            pickle.dumps(holder)
