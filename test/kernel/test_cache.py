from __future__ import annotations

import pickle
import time

import pytest

from jupyter_azure_auth._lifetime import Moment
from jupyter_azure_auth.kernel.cache import Entry, Need, TokenCache, need
from jupyter_azure_auth.kernel.protocol import Identity, Issued, Request

NOW = 1_000_000
ADA, BOB = Identity("ada"), Identity("bob")
STORAGE = Request(("storage",))


def entry(ends_in: int, refresh_in: int | None = None, tried: int | None = None) -> Entry:
    refresh_on = None if refresh_in is None else NOW + refresh_in
    issued = Issued("CANARY", NOW + ends_in, ADA, refresh_on=refresh_on)
    made = Entry(issued, Moment(NOW - 3600, -3600))
    if tried is not None:
        made.tried(Moment(NOW + tried, tried))
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
    assert need(cached, anew=anew, at=Moment(NOW, 0)) is expected


# Situation: kernel's clock | set, or the computer sleeps | a token is in the cache |
# the same token until it has expired on either clock | requests another one
@pytest.mark.parametrize(
    ("wall", "steady", "expected"),
    [
        (0, 0, Need.NOTHING),
        (0, 3299, Need.NOTHING),
        (0, 3300, Need.RENEWAL),  # set back by an hour
        (-86400, 3599, Need.RENEWAL),
        (-86400, 3600, Need.TOKEN),
        (3300, 0, Need.RENEWAL),  # asleep for an hour
        (3600, 0, Need.TOKEN),
    ],
)
def test_a_token_has_ended_as_soon_as_one_clock_says_so(
    wall: int, steady: int, expected: Need
) -> None:
    made = Entry(Issued("CANARY", NOW + 3600, ADA), Moment(NOW, 0))
    assert need(made, anew=False, at=Moment(NOW + wall, steady)) is expected


def test_a_lifetime_goes_before_a_point_in_time() -> None:
    ahead = Issued("CANARY", NOW + 600 + 3600, ADA, refresh_on=NOW + 600 + 1800, expires_in=3600)
    made = Entry(ahead, Moment(NOW, 0))
    assert (made.issued.expires_on, made.issued.refresh_on) == (NOW + 3600, NOW + 1800)
    assert made.ends == Moment(NOW + 3600, 3600)


def test_a_token_that_ends_no_later_is_no_renewal_unless_the_one_before_was_refused() -> None:
    at = Moment(NOW, 0)
    cache = TokenCache(lambda: at)
    held = cache.keep(STORAGE, Issued("held", NOW + 100, ADA))
    assert cache.keep(STORAGE, Issued("again", NOW + 101, ADA)) is held
    for anew in (Request(STORAGE.scopes, force=True), Request(STORAGE.scopes, claims="{}")):
        assert cache.keep(anew, Issued("demanded", NOW + 50, ADA)).issued.token == "demanded"
    assert cache.keep(STORAGE, Issued("later", NOW + 102, ADA)).issued.token == "later"
    at = Moment(NOW, 102)
    assert cache.keep(STORAGE, Issued("first", NOW + 102, ADA)).issued.token == "first"


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
        with pytest.raises(TypeError, match="cannot leave the kernel"):
            pickle.dumps(holder)
