"""Whether this server has several users: decided here once.

Pages, the kernels' door and the identities of the machine obey it alike.
"""

from __future__ import annotations

import os
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.owner import tells_people_apart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_server.serverapp import ServerApp
    from tornado.web import RequestHandler

COLLABORATION: Final = frozenset(
    {
        "jupyter_server_ydoc",
        "jupyter_collaboration",
        "jupyter_server_documents",
        "jupyter_rtc_core",
    }
)
"""Server extensions that bring collaboration: of all versions of jupyter-collaboration, and what
takes its place."""

ROOMS: Final = "api/collaboration/"
"""In the path of the rooms of every one of them, by whichever name it is installed."""

_SETTING: Final = "jupyter_azure_auth.sharing"


class Sharing:
    """Tells whether other people than the owner of this server can run code in its kernels."""

    def __init__(self, app: ServerApp, *, configured: bool | None) -> None:
        """Take what the administrator says; None: decide.

        A JupyterHub starts a server for one user, and lets in others with the scope
        ``access:servers``. Which they are only the Hub knows, so everybody who is let in is noted.
        """
        self._app = app
        self._configured = configured
        self._on_hub = "JUPYTERHUB_API_TOKEN" in os.environ
        owner = os.environ.get("JUPYTERHUB_USER")
        self._users = set() if owner is None else {owner}
        if self._on_hub and tells_people_apart(app.identity_provider):
            self._note_users()
        app.web_app.settings[_SETTING] = self

    def is_shared(self) -> bool:
        """Tell whether this server has several users.

        To be asked at each request: extensions load after ours, and users come later.
        """
        if self._configured is not None:
            return self._configured
        one_owner = not tells_people_apart(self._app.identity_provider) or (
            self._on_hub and len(self._users) <= 1
        )
        return not one_owner or self._brings_collaboration()

    def is_machine_shared(self) -> bool:
        """Tell whether the identities of the machine may be other people's as well.

        That of a JupyterHub is everybody's whose server runs there.
        """
        apart = tells_people_apart(self._app.identity_provider)
        return self.is_shared() or (self._configured is None and apart)

    def _note_users(self) -> None:
        provider = self._app.identity_provider
        get_user = provider.get_user

        async def get_and_note(handler: RequestHandler) -> Any:
            user = get_user(handler)
            if isawaitable(user):
                user = await user
            if user is not None:
                self._users.add(user.username)
            return user

        # The one function by which everybody is let in, to a kernel's websocket too.
        provider.get_user = get_and_note  # type: ignore[method-assign]

    def _brings_collaboration(self) -> bool:
        found = self._app.extension_manager.extensions
        by_name = any(name in found and found[name].enabled for name in COLLABORATION)
        return by_name or any(
            ROOMS in getattr(getattr(rule.matcher, "regex", None), "pattern", "")
            for group in self._app.web_app.default_router.rules
            for rule in getattr(group.target, "rules", ())
        )


def sharing_of(settings: Mapping[str, Any]) -> Sharing:
    """Find it in the settings of the server's web application."""
    sharing: Sharing = settings[_SETTING]
    return sharing
