"""`%azure_login` in a real IPython in a terminal, without any Jupyter server."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from test.kernel.notebook import Notebook, kernel_environ
from test.sdks.test_terminal import browser, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["browser"]

IPYTHON = (sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit")
SETUP = (
    "%load_ext jupyter_azure_auth",
    "from jupyter_azure_auth import JupyterCredential",
    "import os",
)
LIMIT = 120


class Terminal:
    """An IPython that runs the lines that a user types, and all that it has shown."""

    def __init__(self, home: Path, **more: str) -> None:
        self._ours, theirs = pty.openpty()
        environ = {**kernel_environ(home), "TERM": "dumb", **more}
        # In a session of its own, whose terminal this is: Ctrl+C reaches it.
        command = [sys.executable, "-c", _SESSION, *IPYTHON]
        self._process = subprocess.Popen(
            command, env=environ, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        self.shown = ""
        self._runs = 0

    def types(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def says(self, line: str) -> str:
        """Run a line, and return what it shows."""
        self.types(f"{line}\n")
        return self.until_prompt()

    def until_prompt(self) -> str:
        self._runs += 1
        return self.until(f"In [{self._runs + 1}]: ")

    def until(self, text: str) -> str:
        """Return what is shown until this text appears."""
        begun = len(self.shown)
        while text not in self.shown[begun:]:
            piece = read(self._ours).decode(errors="replace").replace("\r\n", "\n")
            assert piece, (text, self.shown)
            self.shown += piece
        return self.shown[begun:]

    def close(self) -> None:
        self._process.kill()
        self._process.wait(LIMIT)
        os.close(self._ours)


_SESSION = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def terminal(azure: dict[str, Any], tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    yield opened
    opened.close()


def ask(resource: str) -> str:
    return f"print(JupyterCredential().get_token('https://{resource}/.default'))"


# Reach: IPython in a terminal | no Jupyter server | `%azure_login`: browser or code | it has tokens
# Situation: IPython in a terminal, signed in with `%azure_login` | the sign-in ends at Azure | a
# credential asks | the error names the command to run; no token is shown or stored | `%azure_login`
def test_signs_in_without_jupyter(
    terminal: Terminal, browser: str, tmp_path: Path, control: Callable[..., Any]
) -> None:
    terminal.until("In [1]: ")
    for line in SETUP:
        terminal.says(line)
    assert "[no_kernel]" in terminal.says(ask("storage.azure.com"))

    terminal.types("%azure_login --force\n")
    terminal.until("enter the code")
    terminal.types("\x03")
    assert "KeyboardInterrupt" in terminal.until_prompt()

    terminal.says(f"os.environ['BROWSER'] = {browser!r}")
    signed_in = terminal.says("%azure_login")
    assert "Signed in to Azure as alice@contoso.com." in signed_in
    assert "Azure token, hidden" in terminal.says(ask("storage.azure.com"))
    assert "alice@contoso.com: in this process" in terminal.says("%azure_status")
    other = terminal.says("JupyterCredential(account='bob@contoso.com').get_token('https://x/y')")
    assert "[wrong_account]" in other

    control("revoke", {"user": "alice"})
    ended = terminal.says(ask("vault.azure.net"))
    assert "%azure_login --force --scope https://vault.azure.net/.default" in ended
    assert "[login_required]" in ended or "[AADSTS" in ended
    assert "Signed out of Azure in this process." in terminal.says("%azure_logout")
    assert "[no_kernel]" in terminal.says(ask("storage.azure.com"))
    _assert_no_secret(terminal.shown, tmp_path, control("secrets"))


def _assert_no_secret(shown: str, home: Path, secrets: dict[str, list[str]]) -> None:
    files = [one for one in home.rglob("*") if one.is_file() and one.name != "browser"]
    texts = [shown, *(one.read_bytes().decode("latin-1") for one in files)]
    # The user code is for the user to see.
    tokens = [one for kind, found in secrets.items() if kind != "userCodes" for one in found]
    assert tokens
    assert not [token for token in tokens for text in texts if token in text]


def test_without_a_terminal_says_what_to_do(azure: dict[str, Any], tmp_path: Path) -> None:
    lines = "%load_ext jupyter_azure_auth\n%azure_login"
    ran = subprocess.run(
        [*IPYTHON, "-c", lines],
        env=kernel_environ(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert "Run `az login` first" in ran.stdout + ran.stderr
    assert "[not_interactive]" in ran.stdout + ran.stderr


# Reach: kernel of a console or VS Code | no Jupyter server | `%azure_login` | it has tokens
def test_signs_in_to_a_kernel_without_a_page(
    azure: dict[str, Any], browser: str, tmp_path: Path, control: Callable[..., Any]
) -> None:
    kernel = Notebook(tmp_path, environ={"BROWSER": browser})
    try:
        kernel.output(kernel.run("\n".join(SETUP)))
        # As nbclient runs it: there is no user to ask.
        alone = kernel.client.execute("%azure_login", allow_stdin=False)
        assert "[no_page]" in kernel.output(alone)
        assert "as alice@contoso.com." in kernel.output(kernel.run("%azure_login"))
        kernel.seen.clear()
        assert "Azure token, hidden" in kernel.output(kernel.run(ask("storage.azure.com")))
        assert kernel.kinds_asked() == [], "no page is asked any more"
        assert [one["user"] for one in control("log") if one["kind"] == "sign-in"] == [
            "alice@contoso.com"
        ]
    finally:
        kernel.shut_down()
