from __future__ import annotations

import copy
import pickle

import pytest
from azure.core.credentials import AccessToken, AccessTokenInfo
from IPython.lib.pretty import pretty

from jupyter_azure_auth.kernel.cache import CachedToken
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken
from jupyter_azure_auth.kernel.token import build_azure_core_tokens


@pytest.fixture
def entry() -> CachedToken:
    made = CachedToken(IssuedToken("CANARY", 2000, Identity("i"), refresh_on=1500))
    build_azure_core_tokens(made, None)
    return made


def test_unpacks_and_compares_as_azure_cores(entry: CachedToken) -> None:
    token, expires_on = entry.access
    assert (token, expires_on) == ("CANARY", 2000)
    assert entry.access == AccessToken("CANARY", 2000)
    assert hash(entry.access) == hash(AccessToken("CANARY", 2000))
    assert isinstance(entry.access, AccessToken)
    assert entry.access._replace(expires_on=1) == ("CANARY", 1)


def test_has_the_attributes_of_azure_cores(entry: CachedToken) -> None:
    info = entry.info
    assert isinstance(info, AccessTokenInfo)
    assert (info.token, info.expires_on) == ("CANARY", 2000)
    assert (info.token_type, info.refresh_on) == ("Bearer", 1500)


def test_is_returned_without_a_check_until_renewal_is_due(entry: CachedToken) -> None:
    assert entry.valid_until == 1500


def test_nothing_prints_it(entry: CachedToken) -> None:
    both = [entry.access, {"a": (entry.info,)}, entry.access._replace(expires_on=1)]
    shown = [repr(both), str(both), f"{entry.access} {entry.info!s}", pretty(both)]  # type: ignore[no-untyped-call]
    assert "CANARY" not in "".join([*shown, repr(vars(entry.info)), repr(entry)])


def test_a_copy_is_the_same_object(entry: CachedToken) -> None:
    for held in (entry.access, entry.info):
        assert copy.copy(held) is held
        assert copy.deepcopy([held])[0] is held


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_is_refused_with_a_remedy(entry: CachedToken, protocol: int) -> None:
    for held in (entry.access, entry.info):
        with pytest.raises(TypeError, match="Pass the credential instead"):
            pickle.dumps(held, protocol)
