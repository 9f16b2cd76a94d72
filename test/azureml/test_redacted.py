from __future__ import annotations

import copy
import pickle
import pprint

import httpx
import pytest
import requests
from IPython.core.formatters import PlainTextFormatter

from jupyter_azure_auth._redacted import RedactedText

VALUE = "Bearer CANARY"
PRETTY = PlainTextFormatter()
HEADER = {"Authorization": RedactedText(VALUE)}


def test_shows_nothing() -> None:
    shown = [repr(HEADER), f"{HEADER}", PRETTY(HEADER), pprint.pformat([HEADER])]
    shown += [repr(HEADER["Authorization"]), PRETTY(HEADER["Authorization"]), str([HEADER])]
    assert not [text for text in shown if "CANARY" in text]


def test_is_the_whole_text_for_its_sender() -> None:
    hidden = RedactedText(VALUE)
    assert (str(hidden), f"{hidden}", hidden + "", hidden.split()[1]) == (*[VALUE] * 3, "CANARY")
    assert type(str(hidden)) is str
    asked = requests.Request("GET", "https://management.azure.com", headers=HEADER).prepare()
    assert asked.headers["Authorization"] == VALUE
    assert httpx.Headers(HEADER)["Authorization"] == VALUE


def test_is_copied_as_itself_and_cannot_be_pickled() -> None:
    hidden = RedactedText(VALUE)
    assert copy.copy(hidden) is copy.deepcopy(hidden) is hidden
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(HEADER, protocol)
