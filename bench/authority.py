"""An authority inside this process, for azure-identity to sign in with: no network."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any, Final

from azure.core.pipeline.transport import RequestsTransport, RequestsTransportResponse
from requests import Response

if TYPE_CHECKING:
    from azure.core.pipeline.transport import HttpRequest

HOST: Final = "login.example"
TENANT: Final = "11111111-1111-1111-1111-111111111111"
CLIENT: Final = "22222222-2222-2222-2222-222222222222"
LIFE: Final = 86_400


def _encode(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _answer(url: str) -> dict[str, Any]:
    root = f"https://{HOST}/{TENANT}"
    if "openid-configuration" in url:
        return {
            "issuer": f"{root}/v2.0",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
        }
    if url.endswith("/devicecode"):
        code = {"device_code": "code", "user_code": "code", "verification_uri": root}
        return {**code, "expires_in": 900, "interval": 1, "message": ""}
    if "/token" not in url:
        raise ValueError(f"The authority knows no {url}")
    now = int(time.time())
    person = {"aud": CLIENT, "iss": f"{root}/v2.0", "tid": TENANT, "oid": "ada", "sub": "ada"}
    claims = {**person, "preferred_username": "ada@example.com", "iat": now, "exp": now + LIFE}
    return {
        "access_token": "a" * 1800,  # as long as Entra's
        "refresh_token": "r",
        "id_token": f"{_encode({'alg': 'none'})}.{_encode(claims)}.",
        "client_info": _encode({"uid": "ada", "utid": TENANT}),
        "token_type": "Bearer",
        "expires_in": LIFE,
        "expires_on": now + LIFE,  # of a managed identity
    }


class LocalAuthority(RequestsTransport):  # type: ignore[misc]
    """A transport of azure-core that answers requests itself, and counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def send(self, request: HttpRequest, **_kwargs: Any) -> RequestsTransportResponse:
        """Return the response of Entra, or of a managed identity's endpoint."""
        self.asked += 1
        response = Response()
        response.status_code = 200
        response.headers["Content-Type"] = "application/json"
        response._content = json.dumps(_answer(request.url)).encode()  # noqa: SLF001
        return RequestsTransportResponse(request, response)
