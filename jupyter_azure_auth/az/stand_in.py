"""Answers the commands of the Azure CLI with which programs get tokens.

It is run as a file of its own, without this package: a call must take less than 100 ms. It asks the
identity endpoint, with the secret that this process has in its environment, over a plain socket: no
proxy, no redirect, and nothing secret in an argument.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # without typing, which takes time to import
    from collections.abc import Callable, Mapping

ENDPOINT = re.compile(r"http://127\.0\.0\.1:(\d{1,5})/jupyter-azure-auth/token")
ANSWER_TIMEOUT_S = 8
"""Seconds: AzureCliCredential gives up after 10."""
ANSWER_LIMIT = 256 * 1024
OK = 200

OPTIONS = {"--resource", "--scope", "--tenant", "--subscription", "--output", "--query"}
FLAGS = {"--only-show-errors", "--debug", "--verbose", "--all", "--refresh"}
SHORT = {"-o": "--output", "-t": "--tenant", "-s": "--subscription"}
LOGIN = "Please run 'az login' to setup account."
CLI_VERSION = "2.77.0"
"""The version of the Azure CLI whose output format this follows."""


class CommandError(Exception):
    """Ends the command. Its text is for the user."""

    def __init__(self, text: str, code: int = 1, *, signed_out: bool = False) -> None:
        super().__init__(text)
        self.code = code
        self.signed_out = signed_out


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    try:
        words, options = parse(arguments)
        command = COMMANDS.get(" ".join(words), unknown)
        if command is not unknown:
            check(options)
        write(command(words, options), options)
    except CommandError as error:
        # The first sentence tells SDKs that they can continue with their next source.
        sys.stderr.write(f"ERROR: {LOGIN} {error}\n" if error.signed_out else f"ERROR: {error}\n")
        return error.code
    return 0


def parse(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return the words of the command, and its options by their long names."""
    words: list[str] = []
    options: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        name = SHORT.get(name, name)
        if not name.startswith("-") or name == "--version":
            words.append(name)
        elif name not in FLAGS:
            if not equals and not rest and name in OPTIONS:
                raise CommandError(f"argument {name}: expected one argument", 2)
            options[name] = value if equals or not rest else rest.pop(0)
    return words, options


def check(options: Mapping[str, str]) -> None:
    """Check that no option is unknown: ignoring one could return a different token.

    :raises CommandError: one is, or two options name the resource.
    """
    unknown_ones = sorted(options.keys() - OPTIONS)
    if unknown_ones:
        raise CommandError(
            f"This `az` from jupyter-azure-auth does not support {unknown_ones[0]}. Install the "
            "Azure CLI for it: https://aka.ms/azure-cli",
            2,
        )
    if {"--resource", "--scope"} <= options.keys():
        raise CommandError("Only one of --resource and --scope can be given.", 2)


def get_access_token(_: list[str], options: dict[str, str]) -> object:
    """`az account get-access-token`."""
    token = ask(options)
    ends = int(token["expires_on"])
    local = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(ends))
    return {
        "accessToken": token["access_token"],
        # Local time with exactly six decimals, without which .NET does not read it.
        "expiresOn": f"{local}.000000",
        "expires_on": ends,
        "tenant": token["tenant_id"],
        "tokenType": "Bearer",
    }


def account_show(*_: object) -> object:
    """`az account show`, as after `az login --allow-no-subscriptions`."""
    token = ask({})
    return {
        "environmentName": token["cloud"],
        "id": token["tenant_id"],
        "isDefault": True,
        "name": "N/A(tenant level account)",
        "state": "Enabled",
        "tenantId": token["tenant_id"],
        "user": {"name": token["username"], "type": "user"},
    }


def account_list(*_: object) -> object:
    """`az account list`."""
    return [account_show()]


def version(*_: object) -> object:
    """`az version`."""
    return {"azure-cli": CLI_VERSION, "extensions": {"jupyter-azure-auth": "stand-in"}}


def unknown(words: list[str], _: dict[str, str]) -> object:
    """Every other command."""
    command = " ".join(("az", *words[:3]))
    raise CommandError(
        f"This `az` from jupyter-azure-auth only returns tokens. Install the Azure CLI for "
        f"`{command}`: https://aka.ms/azure-cli",
        2,
    )


COMMANDS: dict[str, Callable[[list[str], dict[str, str]], object]] = {
    "account get-access-token": get_access_token,
    "account show": account_show,
    "account list": account_list,
    "version": version,
    "--version": version,
}


def write(shown: object, options: dict[str, str]) -> None:
    """Write the answer, or the part of it that ``--query`` names."""
    query, output = options.get("--query"), options.get("--output", "json")
    for name in query.split(".") if query else ():
        if not isinstance(shown, dict) or not re.fullmatch(r"\w+", name):
            raise CommandError(
                "This `az` from jupyter-azure-auth supports only names in --query.", 2
            )
        shown = shown.get(name)
    if output == "tsv":
        rows = shown if isinstance(shown, list) else [shown]
        sys.stdout.writelines(f"{as_row(row)}\n" for row in rows)
    elif output in ("json", "jsonc"):
        sys.stdout.write(f"{json.dumps(shown, indent=2)}\n")
    elif output != "none":
        raise CommandError(
            "This `az` from jupyter-azure-auth supports only --output json, tsv and none.", 2
        )


def as_row(value: object) -> str:
    """Return a line of tab-separated values."""
    values = value.values() if isinstance(value, dict) else [value]
    return "\t".join("" if one is None else str(one) for one in values)


def ask(options: dict[str, str], environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the fields of the endpoint's answer, with ``expires_on`` in epoch seconds.

    :param options: by their long names; resource, scope and tenant are passed on.
    :raises CommandError: this process has no secret, or the endpoint refused, or did not answer.
    """
    found = ENDPOINT.fullmatch(environ.get("IDENTITY_ENDPOINT", ""))
    secret = environ.get("IDENTITY_HEADER", "")
    if found is None or not re.fullmatch(r"[\w-]{1,128}", secret):
        raise CommandError(
            "Turn on the switch for other programs in the Azure panel of JupyterLab, then "
            'run: eval "$(jupyter azure-auth env)"',
            signed_out=True,
        )
    names = ("resource", "scope", "tenant")
    fields = {name: options[f"--{name}"] for name in names if f"--{name}" in options}
    query = "&".join(f"{name}={quoted(value)}" for name, value in fields.items())
    status, answer = get(int(found[1]), f"/jupyter-azure-auth/az?{query}", secret)
    if status == OK:
        return answer
    text = str(answer.get("message") or "The Jupyter server did not answer as expected.")
    signed_out = answer.get("code") in ("sign_in_required", "sign_in_ended", "forbidden")
    # With an AADSTS number, other SDKs would end their chains.
    text = re.sub(r"\(?AADSTS\d+\)?:? ?", "", text)
    raise CommandError(text, signed_out=signed_out)


def quoted(text: str) -> str:
    """Return a text as a value of a query."""
    # Arguments are not always text.
    value = text.encode("utf-8", "surrogateescape")
    return re.sub(rb"[^\w.-]", lambda found: b"%%%02X" % found[0][0], value).decode("ascii")


def get(port: int, path: str, secret: str) -> tuple[int, dict[str, str]]:
    """Return status and fields of an HTTP answer; 0 and no fields if it cannot be read.

    :raises CommandError: the server has stopped, or sends nothing for ``ANSWER_TIMEOUT_S``.
    """
    request = (
        f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nX-IDENTITY-HEADER: {secret}\r\n\r\n"
    )
    try:
        with socket.create_connection(("127.0.0.1", port), ANSWER_TIMEOUT_S) as connection:
            connection.sendall(request.encode("ascii"))
            text = b""
            while len(text) < ANSWER_LIMIT and (part := connection.recv(65536)):
                text += part
    except OSError:
        raise CommandError(
            "The Jupyter server that holds your sign-in has stopped.", signed_out=True
        ) from None
    head, _, body = text.partition(b"\r\n\r\n")
    try:
        return int(head.split()[1]), json.loads(body)
    except (ValueError, IndexError):
        return 0, {}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
