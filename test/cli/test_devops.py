"""Real Git, pip and uv against hosts that want a login: those of Azure DevOps, and others."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_azure_auth.cli import git_credential
from jupyter_azure_auth.cli.main import main
from jupyter_azure_auth.devops import RESOURCE, Login, is_feed, is_repository
from jupyter_azure_auth.keyring_backend import AzureArtifactsKeyring
from test.cli.basic_host import BasicHost
from test.cli.lab import CLI, Lab, Terminal
from test.cli.test_commands import claims
from test.cli.test_programs import Shell, turned_on

__all__ = ["turned_on"]

HELPER = f"!{shlex.join(CLI)} git-credential"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[BasicHost]:
    host = BasicHost(tmp_path)
    yield host
    host.stop()


@pytest.fixture
def shell(terminal: Terminal, turned_on: None, host: BasicHost, tmp_path: Path) -> Shell:
    shell = Shell(terminal)
    shell.environ |= {
        "HOME": str(tmp_path),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        **dict.fromkeys(("HTTPS_PROXY", "https_proxy"), host.proxy),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost"),
        "GIT_SSL_CAINFO": str(host.certificate),
        # pip prefers the second one, where this machine has it.
        "PIP_CERT": str(host.certificate),
        "REQUESTS_CA_BUNDLE": str(host.certificate),
        "PIP_CONFIG_FILE": "/dev/null",
    }
    return shell


def git(*arguments: str, folder: Path) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)


def used(host: BasicHost, name: str) -> set[str]:
    return {password for where, password in host.passwords if where == name and password}


# Consumer: Git with Azure Repos | switch, by a credential helper | clones a repository
def test_git_clones_from_azure_repos_and_nothing_stores_the_token(
    shell: Shell, host: BasicHost, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    git("init", "-q", folder=work)
    git("commit", "-q", "--allow-empty", "-m", "A commit", folder=work)
    for name in ("org/p/_git/repo", "other"):
        git("clone", "-q", "--bare", ".", str(host.files / name), folder=work)
        git("update-server-info", folder=host.files / name)
    shell.said(f"git config --global credential.helper {shlex.quote(HELPER)}")
    shell.environ |= {"GIT_TRACE": "1", "GIT_CURL_VERBOSE": "1"}
    done = shell.run(f"git clone https://dev.azure.com/org/p/_git/repo {tmp_path}/c")
    assert done.returncode == 0, done.stderr
    [token] = used(host, "dev.azure.com")
    assert claims(token)["aud"] == RESOURCE
    assert token not in done.stdout + done.stderr
    assert not [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and token.encode() in path.read_bytes()
    ]
    for login in ("", "u%0Bhost=dev.azure.com@"):
        other = f"git clone https://{login}other.example/other {tmp_path}/o"
        assert shell.run(other).returncode != 0
    assert used(host, "other.example") == set()


# Consumer: pip with Azure Artifacts | switch, by keyring | installs a package
# Consumer: uv with Azure Artifacts | switch, by keyring | installs a package
def test_pip_and_uv_install_from_a_feed_and_other_indexes_get_nothing(
    shell: Shell, host: BasicHost, tmp_path: Path
) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as wheel:
        wheel.writestr("thing.py", "")
        wheel.writestr(
            "thing-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: thing\nVersion: 1\n"
        )
        wheel.writestr("thing-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("thing-1.dist-info/RECORD", "")
    for index in ("org/_packaging/feed/pypi/simple", "simple"):
        folder = host.files / index / "thing"
        folder.mkdir(parents=True)
        (folder / "thing-1-py3-none-any.whl").write_bytes(content.getvalue())
        (folder / "index.html").write_text('<a href="thing-1-py3-none-any.whl">thing</a>')
    backend = "jupyter_azure_auth.keyring_backend.AzureArtifactsKeyring"
    shell.environ["PYTHON_KEYRING_BACKEND"] = backend
    pip = (
        f"{sys.executable} -m pip -vvv --no-input --keyring-provider=import download --no-deps "
        f"-d {tmp_path}/got --index-url"
    )
    done = shell.run(f"{pip} https://pkgs.dev.azure.com/org/_packaging/feed/pypi/simple thing")
    assert done.returncode == 0, done.stdout + done.stderr
    [token] = used(host, "pkgs.dev.azure.com")
    assert claims(token)["aud"] == RESOURCE
    assert token not in done.stdout + done.stderr
    assert shell.run(f"{pip} https://other.example/simple thing").returncode != 0
    assert used(host, "other.example") == set()
    host.passwords.clear()
    shell.environ |= {"SSL_CERT_FILE": str(host.certificate), "UV_NO_CONFIG": "1"}
    shell.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    uv = (
        f"{sys.executable} -m uv -vvv pip install --no-cache --no-deps --reinstall "
        f"--target {tmp_path}/uv --keyring-provider=subprocess --index-url https://AzureDevOps@"
    )
    done = shell.run(f"{uv}pkgs.dev.azure.com/org/_packaging/feed/pypi/simple thing")
    assert done.returncode == 0, done.stdout + done.stderr
    [token] = used(host, "pkgs.dev.azure.com")
    assert claims(token)["aud"] == RESOURCE
    assert token not in done.stdout + done.stderr
    assert shell.run(f"{uv}other.example/simple thing").returncode != 0
    assert used(host, "other.example") == set()


def test_without_the_switch_there_is_no_login(
    shell: Shell, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "printf 'protocol=https\\nhost=dev.azure.com\\n' |"
    done = shell.run(f"{asked} {shlex.join(CLI)} git-credential get", before="")
    assert (done.returncode, done.stdout) == (1, "")
    assert "jupyter azure-auth env" in done.stderr
    assert "az login" not in done.stderr
    monkeypatch.delenv("IDENTITY_ENDPOINT", raising=False)
    # The server's own keychain is not chosen differently because this package is installed.
    assert not AzureArtifactsKeyring.viable


@pytest.mark.parametrize(
    ("url", "repository", "feed"),
    [
        ("https://dev.azure.com", True, False),
        ("https://org.visualstudio.com", True, False),
        ("https://pkgs.dev.azure.com/org", False, True),
        ("https://org.pkgs.visualstudio.com/x", False, True),
        ("http://dev.azure.com", False, False),
        ("http://pkgs.dev.azure.com", False, False),
        ("HTTPS://Dev.Azure.com:443", True, False),
        ("https://u@pkgs.dev.azure.com/org/", False, True),
        ("pkgs.dev.azure.com", False, False),  # which pip asks for, too, if the index has no https
        ("https://dev.azure.com:8443", False, False),
        ("https://dev.azure.com.example", False, False),
        # Git decodes what is a part of the host: https://dev.azure.com%2F.example/
        ("https://dev.azure.com/.example", False, False),
        ("https://dev.azure.com?.example", False, False),
        ("https://example\\@dev.azure.com", False, False),
        ("https://example\\@pkgs.dev.azure.com", False, False),
        ("https://pkgs.dev\t.azure.com/org", False, False),
        ("https://p\u212ags.dev.azure.com/org", False, False),
        ("https://evil-dev.azure.com", False, False),
        ("https://dev.azure.com@example", False, False),
        ("https://github.com", False, False),
        ("https://[", False, False),
    ],
)
def test_only_azure_devops_gets_a_token(url: str, *, repository: bool, feed: bool) -> None:
    assert (is_repository(url), is_feed(url)) == (repository, feed)


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\r", "\x85", "\u2028"])
def test_no_value_of_a_website_is_read_as_a_host(
    separator: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_credential, "log_in", lambda _: Login("u", "secret", 1))
    for host, printed in (("example", ""), ("dev.azure.com", "password=secret\n")):
        fields = ("protocol=https", f"host={host}", f"username=u{separator}host=dev.azure.com")
        request = io.TextIOWrapper(io.BytesIO("\n".join(fields).encode()), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", request)
        assert main(["git-credential", "get"]) == 0
        assert capsys.readouterr().out.partition("password_expiry")[0] == printed
