from __future__ import annotations

import pytest

from jupyter_azure_auth.ambient.expiry import epoch

AT = 1_579_152_252
"""2020-01-16 05:24:12 UTC in seconds since the epoch."""


@pytest.mark.parametrize(
    "value",
    [
        AT,
        float(AT),
        str(AT),
        f" {AT}.9 ",
        "01/16/2020 05:24:12 +00:00",
        "1/16/2020 5:24:12 AM +00:00",
        "01/16/2020 06:24:12 +01:00",
        "2020-01-16T05:24:12Z",
        "2020-01-16T05:24:12.1234567Z",
        "2020-01-16T05:24:12.1234567+00:00",
        "2020-01-16 06:24:12+01:00",
        "2020-01-16T05:24:12",
    ],
)
def test_parses_every_format(value: object) -> None:
    assert epoch(value) == AT


def test_an_expiry_in_the_afternoon() -> None:
    assert epoch("1/16/2020 5:24:12 PM +00:00") == AT + 12 * 3600


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "",
        "soon",
        "-1",
        0,
        "nan",
        "inf",
        AT * 1000,
        str(AT * 1000),
        "99/99/2020 05:24:12 +00:00",
        ["2020-01-16"],
        {},
    ],
)
def test_values_that_are_not_a_time(value: object) -> None:
    assert epoch(value) is None
