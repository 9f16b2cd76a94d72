from __future__ import annotations

import pickle
import time

import pytest

from jupyter_azure_auth._lifetime import Moment, refresh_lead
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.kernel.cache import (
    CachedToken,
    RefreshStatus,
    TokenCache,
    get_refresh_status,
    renewal_due,
)
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken

NOW = 1_000_000
ADA, BOB = Identity("ada"), Identity("bob")
STORAGE = TokenRequest(("storage",))


def entry(ends_in: int, refresh_in: int | None = None, tried: int | None = None) -> CachedToken:
    refresh_on = None if refresh_in is None else NOW + refresh_in
    issued = IssuedToken("CANARY", NOW + ends_in, ADA, refresh_on=refresh_on)
    made = CachedToken(issued, Moment(NOW - 3600, -3600))
    if tried is not None:
        made.mark_attempted(Moment(NOW + tried, tried))
    return made


@pytest.mark.parametrize(
    ("cached", "bypass_cache", "expected"),
    [
        (None, False, RefreshStatus.MISSING),
        (entry(301), False, RefreshStatus.VALID),
        (entry(300), False, RefreshStatus.REFRESH),
        (entry(300, tried=-29), False, RefreshStatus.VALID),
        (entry(300, tried=-30), False, RefreshStatus.REFRESH),
        (entry(1), False, RefreshStatus.REFRESH),
        (entry(0), False, RefreshStatus.MISSING),
        (entry(0, tried=0), False, RefreshStatus.MISSING),
        (entry(10, tried=0), False, RefreshStatus.VALID),
        (entry(3600, refresh_in=0), False, RefreshStatus.REFRESH),
        (entry(200, refresh_in=100), False, RefreshStatus.VALID),
        (entry(200, refresh_in=300), False, RefreshStatus.VALID),
        (entry(3600), True, RefreshStatus.MISSING),
    ],
)
def test_need(cached: CachedToken | None, bypass_cache: bool, expected: RefreshStatus) -> None:  # noqa: FBT001
    assert get_refresh_status(cached, bypass_cache=bypass_cache, at=Moment(NOW, 0)) is expected


# Situation: kernel's clock | set, or the computer sleeps | a token is in the cache | the same token
# until it has expired on either clock | the kernel requests another one
@pytest.mark.parametrize(
    ("wall", "steady", "expected"),
    [
        (0, 0, RefreshStatus.VALID),
        (0, 3299, RefreshStatus.VALID),
        (0, 3300, RefreshStatus.REFRESH),  # set back by an hour
        (-86400, 3599, RefreshStatus.REFRESH),
        (-86400, 3600, RefreshStatus.MISSING),
        (3300, 0, RefreshStatus.REFRESH),  # asleep for an hour
        (3600, 0, RefreshStatus.MISSING),
    ],
)
def test_a_token_has_expired_as_soon_as_one_clock_says_so(
    wall: int, steady: int, expected: RefreshStatus
) -> None:
    made = CachedToken(IssuedToken("CANARY", NOW + 3600, ADA), Moment(NOW, 0))
    assert get_refresh_status(made, bypass_cache=False, at=Moment(NOW + wall, steady)) is expected


def test_a_lifetime_takes_precedence_over_an_expiry_time() -> None:
    ahead = IssuedToken(
        "CANARY", NOW + 600 + 3600, ADA, refresh_on=NOW + 600 + 1800, expires_in=3600
    )
    made = CachedToken(ahead, Moment(NOW, 0))
    assert (made.issued.expires_on, made.issued.refresh_on) == (NOW + 3600, NOW + 1800)
    assert made.expires == Moment(NOW + 3600, 3600)


# Situation: kernel | renews a token that its page passed on | the page rounded its lifetime down |
# one request, for a new token: the kernel does not ask before the page finds the token due |
# nothing to do
@pytest.mark.parametrize("fraction", [0.0, 0.001, 0.5, 0.999])
@pytest.mark.parametrize(
    ("lifetime", "refresh_in"), [(3600, None), (60, None), (86400, 43200), (200, 150)]
)
def test_a_kernel_does_not_ask_before_its_page_has_a_new_token(
    lifetime: int, refresh_in: int | None, fraction: float
) -> None:
    arrival = NOW + fraction
    issued = IssuedToken(
        "CANARY",
        NOW + lifetime,
        ADA,
        refresh_on=None if refresh_in is None else NOW + refresh_in,
        expires_in=int(NOW + lifetime - arrival),
    )
    due_at_page = NOW + lifetime - refresh_lead(lifetime, refresh_in)
    due = renewal_due(CachedToken(issued, Moment(arrival, fraction)))
    assert due_at_page <= due.wall < due_at_page + 6
    assert due_at_page - NOW <= due.steady < due_at_page - NOW + 6


def test_a_token_to_renew_at_once_is_due_at_once() -> None:
    issued = IssuedToken("CANARY", NOW + 600, ADA, refresh_on=NOW, expires_in=600)
    at = Moment(NOW, 0)
    assert renewal_due(CachedToken(issued, at)).reached(at)


def test_a_token_that_expires_no_later_replaces_only_a_refused_one() -> None:
    at = Moment(NOW, 0)
    cache = TokenCache(lambda: at)
    held = cache.put(STORAGE, IssuedToken("held", NOW + 100, ADA))
    assert cache.put(STORAGE, IssuedToken("again", NOW + 101, ADA)) is held
    for bypass_cache in (
        TokenRequest(STORAGE.scopes, force=True),
        TokenRequest(STORAGE.scopes, claims="{}"),
    ):
        assert (
            cache.put(bypass_cache, IssuedToken("demanded", NOW + 50, ADA)).issued.token
            == "demanded"
        )
    assert cache.put(STORAGE, IssuedToken("later", NOW + 102, ADA)).issued.token == "later"
    at = Moment(NOW, 102)
    assert cache.put(STORAGE, IssuedToken("first", NOW + 102, ADA)).issued.token == "first"


def test_finds_the_token_of_an_identity_or_the_last() -> None:
    cache = TokenCache()
    ada = cache.put(STORAGE, IssuedToken("a", NOW, ADA))
    bob = cache.put(STORAGE, IssuedToken("b", NOW, BOB))
    assert cache.find(STORAGE.key, ADA) is ada
    assert cache.find(STORAGE.key, BOB) is bob
    assert cache.find(STORAGE.key, None) is bob
    cache.forget(BOB)
    assert cache.find(STORAGE.key, None) is None
    assert cache.find(STORAGE.key, ADA) is ada


def test_a_push_never_replaces_a_token_with_an_older_or_expired_one() -> None:
    cache = TokenCache()
    now = int(time.time())
    cache.put_if_newer(STORAGE, IssuedToken("dead", now - 1, ADA))
    assert cache.find(STORAGE.key, ADA) is None
    cache.put_if_newer(STORAGE, IssuedToken("new", now + 100, ADA))
    cache.put_if_newer(STORAGE, IssuedToken("old", now + 50, ADA))
    found = cache.find(STORAGE.key, ADA)
    assert found is not None
    assert found.issued.token == "new"


def test_signing_out_drops_all_tokens() -> None:
    cache = TokenCache()
    cache.put(STORAGE, IssuedToken("a", NOW, ADA))
    epoch = cache.epoch
    cache.forget_all()
    assert cache.find(STORAGE.key, ADA) is None
    assert cache.epoch != epoch


def test_shows_and_pickles_no_token() -> None:
    cache = TokenCache()
    kept = cache.put(STORAGE, IssuedToken("CANARY", NOW, ADA))
    assert "CANARY" not in repr((cache, vars(cache)))
    for holder in (cache, kept):
        with pytest.raises(TypeError, match="cannot leave the kernel"):
            pickle.dumps(holder)


# Situation: kernel | its user signs out while the parent server is asked | first token | none: a
# token that was requested before the sign-out is dropped | sign in again
def test_a_token_requested_before_a_sign_out_is_not_stored() -> None:
    cache = TokenCache(now=lambda: Moment(NOW, 0))
    issued = IssuedToken("CANARY", NOW + 3600, ADA)
    before = cache.epoch
    assert cache.put_if_epoch(before, STORAGE, issued) is True
    cache.forget_all()
    assert cache.put_if_epoch(before, STORAGE, issued) is False
    assert cache.find(STORAGE.key, ADA) is None
    assert cache.find(STORAGE.key, None) is None
