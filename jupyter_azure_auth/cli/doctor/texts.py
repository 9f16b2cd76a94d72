"""The text of every finding, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from jupyter_azure_auth.errors import ERRORS

if TYPE_CHECKING:
    from .finding import State


class Text(NamedTuple):
    """What is found, and what to do."""

    state: State
    sentence: str
    remedy: str = ""


_INSTALL: Final = (
    "Install jupyter-azure-auth in the environment that runs the Jupyter server, then restart it."
)
_TUNNEL: Final = "a tunnel to localhost (`ssh -L 8888:localhost:8888 <host>`)"

TEXTS: Final[dict[str, Text]] = {
    # This environment.
    "package_ok": Text("ok", "jupyter-azure-auth {version}, with Python {python}."),
    "page_part_ok": Text("ok", "The JupyterLab extension is installed ({version}) and enabled."),
    "page_part_missing": Text(
        "wrong",
        "The JupyterLab extension is not installed in this environment, so there is no Azure "
        "panel.",
        f"{_INSTALL} `jupyter labextension list` must show it.",
    ),
    "page_part_disabled": Text(
        "wrong",
        "The JupyterLab extension is disabled.",
        "Run `jupyter labextension enable {name}`, then reload the page.",
    ),
    "page_part_other_version": Text(
        "wrong",
        "The JupyterLab extension is version {version}, but the Python package is {package}.",
        "Run `pip install --force-reinstall jupyter-azure-auth`, restart the server and reload the "
        "page.",
    ),
    "no_jupyterlab": Text(
        "skipped", "Not checked: JupyterLab is not installed in this environment."
    ),
    "server_part_ok": Text("ok", "The server extension is enabled."),
    "server_part_disabled": Text(
        "wrong",
        "The server extension is not enabled in this environment.",
        "Run `jupyter server extension enable jupyter_azure_auth`, then restart the server.",
    ),
    "no_jupyter_server": Text(
        "skipped", "Not checked: Jupyter Server is not installed in this environment."
    ),
    # The running server.
    "server_ok": Text("ok", "The Jupyter server at {url} responds."),
    "server_not_running": Text(
        "wrong",
        "None of your Jupyter servers is running on this host.",
        "Start Jupyter, or run this in a JupyterLab terminal.",
    ),
    "server_unix_socket": Text(
        "skipped", "Not checked: the Jupyter server listens on a Unix socket."
    ),
    "server_silent": Text(
        "wrong",
        "The Jupyter server at {url} does not respond.",
        "Check its log, then restart it.",
    ),
    "server_without_extension": Text(
        "wrong",
        "The Jupyter server at {url} runs without the jupyter-azure-auth extension.",
        f"{_INSTALL} `jupyter server extension list` must show it as enabled.",
    ),
    "server_refuses": Text(
        "skipped",
        "Not checked: the Jupyter server at {url} needs a login that the command line does not "
        "have.",
    ),
    "server_misconfigured": Text(
        "wrong", "{problem}", "Correct this setting, then restart the server."
    ),
    # The address in the browser.
    "address_localhost": Text("ok", "{url} is on localhost, where every sign-in method works."),
    "address_https": Text("ok", "{url} is secure."),
    "address_number": Text(
        "note",
        "{url} is an IP address, which Microsoft does not accept in place of localhost.",
        "Open {localhost} instead.",
    ),
    "address_plain_http": Text(
        "wrong",
        "{url} is plain http, for which browsers disable cryptography, so the page cannot sign "
        "in (insecure_page).",
        f"Use https, or {_TUNNEL}. If a proxy adds https, check its address with `--url`.",
    ),
    "address_unknown": Text("skipped", "Not checked: the address in the browser is unknown."),
    "host_kept": Text("ok", "Requests arrive with the host name of the browser's address."),
    "host_changed": Text(
        "wrong",
        "Something in front of {url} changes the Host header, so requests from pages are refused "
        "(foreign_origin).",
        "Configure the proxy to keep it: `proxy_set_header Host $http_host;` in nginx, "
        "`ProxyPreserveHost On` in Apache.",
    ),
    "address_unreachable": Text(
        "wrong",
        "{url} does not respond from here.",
        "Compare it with the address in your browser.",
    ),
    "address_untrusted": Text(
        "skipped",
        "Not checked: the certificate of {url} is from an issuer that Python does not know.",
    ),
    "address_not_jupyter": Text(
        "wrong",
        "Something other than this Jupyter server, or a server without this extension, responds at "
        "{url}.",
        "Compare it with the address in your browser.",
    ),
    "redirect_page_ok": Text("ok", "{url} is the redirect page."),
    "redirect_page_missing": Text(
        "wrong",
        "{url} is not the redirect page, so the sign-in window cannot return.",
        f"{_INSTALL} A static copy elsewhere must have the same version.",
    ),
    "redirect_page_unneeded": Text("skipped", "Not checked: no sign-in uses the redirect page."),
    "client_id_set": Text("ok", "The client id is {client_id}."),
    "client_id_unneeded": Text("ok", "No client id is configured, and none is needed here."),
    "client_id_missing": Text(
        "note",
        "No client id is configured, so a sign-in at this address needs a code, if your "
        "organization allows it.",
        "Register an app and set c.AzureAuth.client_id, or open Jupyter at localhost.",
    ),
    # Azure.
    "authority_ok": Text("ok", "{host} responds{by}."),
    "authority_untrusted": Text(
        "wrong",
        "The certificate of {host}{by} is from an issuer that Python does not know.",
        "If a proxy inspects TLS, set REQUESTS_CA_BUNDLE to its CA file{ca}, here and for the "
        "server, and restart the server.",
    ),
    "authority_unreachable": Text(
        "wrong",
        "{host} did not respond{by} in time.",
        "Check the network of this computer. If it needs a proxy, set HTTPS_PROXY.",
    ),
    "authority_busy": Text("note", "{host} reports{by} that it is busy ({status})."),
    "authority_unknown_tenant": Text(
        "wrong",
        "{host} does not know the configured tenant.",
        "Correct c.AzureAuth.tenant_id, or c.AzureAuth.cloud if the tenant is in another cloud.",
    ),
    "authority_odd": Text(
        "wrong",
        "Something other than Azure answers{by} for {host} ({status}).",
        "Check for a proxy, or for a network login page.",
    ),
    "azure_skipped": Text("skipped", "Not checked: Azure could not be reached."),
    "clock_ok": Text("ok", "This computer's clock agrees with Azure's."),
    "clock_wrong": Text(
        "wrong",
        "This computer's clock is {difference} {direction} Azure's, so tokens seem expired or not "
        "valid yet.",
        "Synchronize it with a time server.",
    ),
    # Sign-ins.
    "keychain_ok": Text("ok", "Sign-ins can be stored in {name}."),
    "keychain_none": Text(
        "note",
        "This computer has no keychain that keyring supports, so sign-ins end with the server.",
    ),
    "keychain_no_keyring": Text(
        "note",
        "keyring is not installed, so sign-ins end with the server.",
        "If this computer has a keychain, run `pip install jupyter-azure-auth[keychain]`.",
    ),
    "keychain_locked": Text(
        "wrong",
        "{name} is locked, and may hold your sign-in.",
        "Unlock it. On a computer without a screen, set c.AzureAuth.persistence to memory.",
    ),
    "keychain_silent": Text(
        "wrong",
        "The keychain did not respond in time, and may hold your sign-in.",
        "Unlock it. On a computer without a screen, set c.AzureAuth.persistence to memory.",
    ),
    "keychain_failed": Text(
        "wrong",
        "{name} failed ({error}).",
        "Repair it, or set c.AzureAuth.persistence to memory.",
    ),
    "signed_in": Text("ok", "{username} is signed in: {source}."),
    "ambient": Text("ok", "No sign-in is needed: {source}."),
    "signed_out": Text(
        "note",
        "The server holds no sign-in. A sign-in in a browser tab is not visible from here.",
        "Sign in from the Azure panel.",
    ),
    "sign_in_ended": Text(
        "note", "Azure has ended the sign-in ({detail}).", "Sign in again from the Azure panel."
    ),
    "source_unused": Text("note", "{source}: {reason}"),
    "server_unknown": Text("skipped", "Not checked: the server extension did not respond."),
    # This process.
    "process_access_ok": Text("ok", "This process can ask its Jupyter server."),
    "process_access_none": Text("note", "{reason}"),
    "process_access_wrong": Text(
        "wrong", "{reason}", "See `{code}` on the troubleshooting page of the documentation."
    ),
    "variables_none": Text("ok", "No variable changes what azure-identity does."),
    "variables_set": Text("note", "These variables change what azure-identity does: {names}."),
    "no_kernel": Text("skipped", "Not checked: this process does not belong to a kernel."),
    "kernel_ok": Text("ok", "This kernel can receive tokens."),
    "kernel_debug_log": Text("wrong", ERRORS["debug_log"].sentence, ERRORS["debug_log"].remedy),
    "kernel_unsigned_messages": Text(
        "wrong", ERRORS["unsigned_messages"].sentence, ERRORS["unsigned_messages"].remedy
    ),
    "kernel_plain_transport": Text(
        "wrong", ERRORS["plain_transport"].sentence, ERRORS["plain_transport"].remedy
    ),
}
