from __future__ import annotations

import io
import queue
import sys
from typing import Any

import pytest

from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.kernel import effects
from jupyter_azure_auth.kernel.cache import TokenCache
from jupyter_azure_auth.kernel.effects import RequestContext, ScriptEffects
from jupyter_azure_auth.kernel.parent_server import client
from jupyter_azure_auth.kernel.protocol import Identity, IssuedToken
from jupyter_azure_auth.kernel.request_flow import AmbientUnavailable, ServerUnavailable

REQUEST = TokenRequest(("https://late.example/.default",))


def test_a_late_ambient_token_is_cached_for_the_next_call(
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


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


# Situation: program below the server | it has closed its stderr, or replaced it with an object of
# its own | first token | the server's answer | nothing to do
@pytest.mark.parametrize("stream", [None, object(), closed()], ids=["none", "its own", "closed"])
def test_the_server_is_asked_even_without_a_usable_stderr(
    monkeypatch: pytest.MonkeyPatch, stream: object
) -> None:
    asked: list[object] = []

    def ask_parent_server(*_: object, waits_as: str) -> ServerUnavailable:
        asked.append(waits_as)
        return ServerUnavailable("sign_in_required")

    monkeypatch.setattr(client, "ask_parent_server", ask_parent_server)
    monkeypatch.setattr(sys, "stderr", stream)
    events: queue.Queue[object] = queue.Queue()
    ScriptEffects(RequestContext(REQUEST, None, None), events.put, TokenCache()).ask_parent_server()
    assert events.get(timeout=30) == ServerUnavailable("sign_in_required")
    assert asked == ["program"]
