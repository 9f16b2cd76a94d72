from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.kernel import effects
from jupyter_azure_auth.kernel.cache import TokenCache
from jupyter_azure_auth.kernel.effects import RequestContext, ScriptEffects
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken
from jupyter_azure_auth.kernel.request_flow import AmbientUnavailable

if TYPE_CHECKING:
    import pytest

REQUEST = TokenRequest(("https://late.example/.default",))


def test_an_ambient_token_that_comes_too_late_is_kept_for_the_next_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searches: list[Any] = []
    monkeypatch.setattr(
        effects, "find_token", lambda _request, on_event, **_: searches.append(on_event)
    )
    events: list[object] = []
    cache = TokenCache()
    ScriptEffects(RequestContext(REQUEST, None, None), events.append, cache).try_ambient()
    [deliver] = searches
    nothing, late = AmbientUnavailable(), IssuedToken("late", 4_000_000_000, Identity("machine"))
    deliver(nothing)
    assert cache.find(REQUEST.key, None) is None
    deliver(late)
    found = cache.find(REQUEST.key, None)
    assert found is not None
    assert found.issued == late
    assert events == [nothing, late]
