from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_azure_auth.kernel.iopub import IOPub
from jupyter_azure_auth.kernel.log_filter import ControlMessageFilter


def passes(*args: Any) -> bool:
    others = SimpleNamespace(comm_manager=SimpleNamespace(comms={"theirs": object()}))
    record = logging.LogRecord("kernel", logging.DEBUG, "", 0, "Control received: %s", args, None)
    return ControlMessageFilter(IOPub(others).is_foreign_comm).filter(record)


@pytest.mark.parametrize("comm_id", ["ours", [], {}, None, 7])
def test_no_answer_of_a_page_is_logged(comm_id: object) -> None:
    assert not passes({"content": {"comm_id": comm_id, "data": {"token": "CANARY"}}})


@pytest.mark.parametrize("args", [(), ("text",), ({"content": {"comm_id": "theirs"}},)], ids=str)
def test_every_other_record_is_written(args: tuple[Any, ...]) -> None:
    assert passes(*args)
