"""The panel inside a cell. What it shows comes from the page; this half only puts it there.

Traits are sent to every client of the kernel and saved with the notebook. So who is signed in is in
none of them, and the button is the page's, which is why it works while the kernel is busy.
"""

from __future__ import annotations

from typing import Any, Final

from traitlets import Unicode

from .protocol import TARGET

try:
    from ipywidgets import DOMWidget
except ImportError as error:
    raise ImportError(
        "SignInWidget needs ipywidgets 8 here and where JupyterLab runs: pip install ipywidgets."
    ) from error

WIRE_VERSION: Final = "^1.0.0"
"""Of the state that is sent and saved, not of this package: an older notebook finds its widget."""

_STILL: Final = (
    "Sign-in to Azure: open this notebook in JupyterLab with jupyter-azure-auth and run the cell, "
    "to see who is signed in and to sign in or out."
)


class SignInWidget(DOMWidget):
    """Shows as whom this kernel acts on Azure, with a button to sign in or out.

    Needs JupyterLab with this extension and ipywidgets. Has no traits beyond those of every widget:
    the look of its frame is ``layout``.

    :raises ImportError: when its name is first used where ipywidgets is not installed.
    """

    _model_name = Unicode("SignInModel").tag(sync=True)
    _model_module = Unicode(TARGET).tag(sync=True)
    _model_module_version = Unicode(WIRE_VERSION).tag(sync=True)
    _view_name = Unicode("SignInView").tag(sync=True)
    _view_module = Unicode(TARGET).tag(sync=True)
    _view_module_version = Unicode(WIRE_VERSION).tag(sync=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """Show something where no page draws it: on GitHub, in a PDF, in an editor."""
        shown: dict[str, Any] = super()._repr_mimebundle_(**kwargs) or {}
        return {**shown, "text/plain": _STILL, "text/html": f"<p>{_STILL}</p>"}
