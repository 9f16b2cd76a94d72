"""``GET <base>/azure-auth/``: the page that needs no front end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError, RedirectHandler, StaticFileHandler, authenticated

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tornado.web import RequestHandler

FILES: Final = Path(__file__).parent / "static"
"""What ``npm run build`` makes from ``src/page``."""

INDEX: Final = "index.html"

_POLICY: Final = "; ".join(  # noqa: FLY002 - one directive a line
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        # MSAL.js asks the authority, which may be a company's own, and also uses hidden frames.
        "connect-src 'self' https: ws: wss:",
        "frame-src 'self' https:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)


class PageRoute(JupyterHandler, StaticFileHandler):
    """Serves the page and its files to a logged-in user. The files are the same for all users."""

    auth_resource = "azure-auth"
    SUPPORTED_METHODS = ("GET", "HEAD")

    def initialize(self) -> None:  # type: ignore[override]
        """Serve the files of the build."""
        super().initialize(str(FILES), default_filename=INDEX)

    @property
    def content_security_policy(self) -> str:
        """No inline scripts, and no frame around it, whatever the server allows its other pages."""
        return _POLICY

    @authenticated
    @authorized
    def get(self, path: str, include_body: bool = True) -> Awaitable[None]:  # type: ignore[override]  # noqa: FBT001, FBT002 - tornado's
        """Return a file; the page itself for an empty path."""
        if path == "":
            self.xsrf_token  # noqa: B018 - sets the cookie that the page sends back
        return StaticFileHandler.get(self, path or INDEX, include_body)

    @authenticated
    @authorized
    def head(self, path: str) -> Awaitable[None]:  # type: ignore[override]
        """Return the headers of a file."""
        return StaticFileHandler.head(self, path or INDEX)

    def set_headers(self) -> None:
        """Let browsers keep the files whose names contain their hash, and not the page."""
        super().set_headers()
        is_page = self.path == INDEX
        self.set_header("Cache-Control", "no-store" if is_page else "private, max-age=31536000")
        self.set_header("Referrer-Policy", "same-origin")

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Return the path of a file of the build.

        :raises ~tornado.web.HTTPError: if there is none; the path then does not belong to this
            extension either.
        """
        if not Path(absolute_path).is_file():
            raise HTTPError(404)
        return super().validate_absolute_path(root, absolute_path)


def page_rules(base: str) -> list[tuple[str, type[RequestHandler], dict[str, Any]]]:
    """Return the routes of the page.

    :param base: path of the page, without a slash at its end.
    """
    return [
        (base, RedirectHandler, {"url": f"{base}/"}),
        (rf"{base}/()", PageRoute, {}),
        (rf"{base}/([0-9a-z.]{{1,100}}\.(?:js|css))", PageRoute, {}),
    ]
