"""Arguments that the commands refuse, before anything is asked."""

from __future__ import annotations

import pytest

from jupyter_azure_auth.cli.main import main

ADDRESSES = [
    "localhost:8888",
    "http://",
    "http://[x",
    "http://a:b",
    "ftp://a",
    "",
    "http://a:99999",
]


@pytest.mark.parametrize("command", ["doctor", "env"])
@pytest.mark.parametrize("url", ADDRESSES)
def test_an_invalid_address_is_refused(
    command: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--url", url])
    assert ended.value.code == 2
    assert "--url: must be an address, such as http://localhost:8888/" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon", "3601"])
def test_an_invalid_timeout_is_refused(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--timeout", seconds])
    assert ended.value.code == 2
    assert "--timeout: must be a number of seconds, at most 3600" in capsys.readouterr().err
