"""What the start of a server does not wait for: modules that only a later request needs."""

from __future__ import annotations

import json
import subprocess
import sys

NOT_AT_START = {
    # Large, and of no use before a sign-in or a token request.
    "azure",
    "cryptography",
    "keyring",
    "msal",
    "requests",
    # A server's process has no kernel.
    "jupyter_azure_auth.kernel.attach",
    "jupyter_azure_auth.kernel.protocol",
    # Loaded by the first lookup of an ambient identity, on its thread.
    "jupyter_azure_auth.ambient.azure_cli",
    "jupyter_azure_auth.ambient.hosts",
    "jupyter_azure_auth.ambient.managed_identity",
}


def modules_loaded_by(statement: str) -> set[str]:
    """Return the modules that a statement loads in a new process."""
    code = f"import json, sys; {statement}; json.dump(sorted(sys.modules), sys.stdout)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    return set(json.loads(done.stdout))


def test_the_server_extension_loads_nothing_that_a_later_request_needs() -> None:
    jupyter = modules_loaded_by("import jupyter_server.serverapp")
    loaded = modules_loaded_by("import jupyter_server.serverapp, jupyter_azure_auth.server")
    assert "jupyter_azure_auth.server.session_manager" in loaded
    assert not NOT_AT_START & (loaded - jupyter)


def test_a_process_without_a_kernel_loads_none_of_its_modules() -> None:
    loaded = modules_loaded_by("import jupyter_azure_auth")
    assert {one for one in loaded if one.startswith("jupyter_azure_auth")} == {"jupyter_azure_auth"}
