"""What a Voilà dashboard says of its identity, as text and in place of the widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_azure_auth import SignInWidget
from jupyter_azure_auth.kernel import dashboard
from jupyter_azure_auth.kernel.dashboard import dashboard_text
from jupyter_azure_auth.kernel.parent_server.discovery import ParentServer

if TYPE_CHECKING:
    from collections.abc import Mapping

VOILA = {"VOILA_PREHEAT": "False"}
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(_environ: Mapping[str, str]) -> ParentServer:
        return ParentServer("127.0.0.1", 8888, "/base/", {}, None)

    monkeypatch.setattr(dashboard, "find_parent_server", found)


def test_a_notebook_is_not_a_dashboard() -> None:
    assert dashboard_text({"SERVER_SOFTWARE": "nginx"}) is None


# Situation: standalone Voilà | visitors cannot sign in | the dashboard is shown | the machine's
# identity, which the widget and the magic say | `require_user=True` refuses it
def test_a_standalone_dashboard_says_that_visitors_act_as_the_machine() -> None:
    text = dashboard_text(VOILA) or ""
    assert "acts on Azure as the machine that runs it" in text
    assert "JupyterCredential(require_user=True)" in text


def test_a_dashboard_of_a_server_names_the_page_to_sign_in(server: None) -> None:
    text = dashboard_text(VOILA) or ""
    assert "acts on Azure as the user of the Jupyter server" in text
    assert "open http://localhost:8888/base/azure-auth/ as that user" in text


def test_the_widget_is_that_text_and_no_view_that_voila_lacks(
    server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert VIEW in SignInWidget()._repr_mimebundle_()
    monkeypatch.setenv("VOILA_PREHEAT", "False")
    shown = SignInWidget()._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}
    assert "8888/base/azure-auth/" in shown["text/html"]
