"""The panel as a widget in a cell. The page provides its content, this module only its place.

Traits are sent to every client of the kernel and saved with the notebook, so none of them contains
the account. The button belongs to the page, so it works while the kernel is busy.
"""

from __future__ import annotations

import os
from html import escape
from typing import Any, Final

from traitlets import Unicode

from .dashboard import dashboard_text
from .protocol import TARGET

try:
    from ipywidgets import DOMWidget
except ImportError as error:
    raise ImportError(
        "SignInWidget needs ipywidgets 8 here and where JupyterLab runs: pip install ipywidgets"
    ) from error

WIRE_VERSION: Final = "^1.0.0"
"""Version of the saved state, not of this package, so that older notebooks find their widget."""

_FALLBACK_TEXT: Final = (
    "Sign-in to Azure: open this notebook in JupyterLab with jupyter-azure-auth and run the cell "
    "to see your account and to sign in or out."
)


class SignInWidget(DOMWidget):
    """Shows which identity this kernel uses on Azure, with a button to sign in or out.

    It needs JupyterLab with this extension and ipywidgets. It has only the traits of every widget;
    ``layout`` styles its frame.

    :raises ImportError: ipywidgets is not installed when the name is first used.
    """

    _model_name = Unicode("SignInModel").tag(sync=True)
    _model_module = Unicode(TARGET).tag(sync=True)
    _model_module_version = Unicode(WIRE_VERSION).tag(sync=True)
    _view_name = Unicode("SignInView").tag(sync=True)
    _view_module = Unicode(TARGET).tag(sync=True)
    _view_module_version = Unicode(WIRE_VERSION).tag(sync=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Return a bundle with a text for viewers without the page: GitHub, a PDF, an editor."""
        text = dashboard_text(os.environ)
        if text is not None:
            # Voilà has no view of this widget, and would show a JavaScript error.
            return {"text/plain": text, "text/html": f"<p>{escape(text)}</p>"}
        shown: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        return {**shown, "text/plain": _FALLBACK_TEXT, "text/html": f"<p>{_FALLBACK_TEXT}</p>"}
