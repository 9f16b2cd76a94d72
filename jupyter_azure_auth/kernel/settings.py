"""What users pass to a credential, checked once and kept as one value."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from .protocol import Request

CLAIMS_LIMIT: Final = 8192
"""Characters of a claims challenge; pages take no longer one."""

_TENANT: Final = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.IGNORECASE
)
_SCOPE: Final = re.compile(r"\S{1,512}")


@dataclass(frozen=True)
class Settings:
    """The arguments of a credential. Nothing secret: this is what a pickled credential keeps."""

    tenant_id: str | None = None
    cloud: str | None = None
    account: str | None = None
    timeout: float = 300

    def __post_init__(self) -> None:
        """Refuse what could only fail later.

        :raises ValueError: names the argument and what it has to be.
        """
        check_tenant(self.tenant_id)
        for name, value in (("cloud", self.cloud), ("account", self.account)):
            if value is not None and not (isinstance(value, str) and 0 < len(value) <= 320):
                raise ValueError(f"{name} must be a non-empty text, or None.")
        if isinstance(self.timeout, bool) or not (
            isinstance(self.timeout, int | float) and 0 < self.timeout < float("inf")
        ):
            raise ValueError("timeout must be a number of seconds greater than 0.")

    def request(
        self,
        scopes: tuple[str, ...],
        *,
        claims: str | None,
        tenant_id: str | None,
        enable_cae: bool,
    ) -> Request:
        """Make the request of one call.

        :raises ValueError: names what is wrong with the scopes, the tenant or the claims.
        """
        check_scopes(scopes)
        check_tenant(tenant_id)
        check_claims(claims)
        return Request(
            scopes,
            tenant_id or self.tenant_id,
            self.cloud,
            self.account,
            bool(enable_cae),
            claims or None,
        )


def check_tenant(tenant_id: object) -> None:
    """Raise ValueError unless it is a GUID, a domain, or None."""
    fits = isinstance(tenant_id, str) and len(tenant_id) <= 253 and _TENANT.fullmatch(tenant_id)
    if tenant_id is not None and not fits:
        raise ValueError(
            "tenant_id must be the tenant's id (a GUID) or one of its domains, for example "
            "'contoso.onmicrosoft.com', or None."
        )


def check_scopes(scopes: tuple[object, ...]) -> None:
    """Raise ValueError unless they are scopes of one resource, as Entra takes them (RFC 8707)."""
    if not scopes:
        raise ValueError("A token needs a scope, for example 'https://storage.azure.com/.default'.")
    texts = [scope for scope in scopes if isinstance(scope, str) and _SCOPE.fullmatch(scope)]
    if len(texts) != len(scopes) or len(scopes) > 20:
        raise ValueError(
            "Each scope must be a text without spaces, for example "
            "'https://storage.azure.com/.default', and there can be 20 at most."
        )
    if len({text.rpartition("/")[0] for text in texts}) > 1:
        raise ValueError("All scopes must be of one resource: ask for another token for the other.")


def check_claims(claims: object) -> None:
    """Raise ValueError unless it is a claims challenge as resources send them, or None."""
    if claims is None or claims == "":
        return
    try:
        fits = isinstance(claims, str) and isinstance(json.loads(claims), dict)
    except ValueError:
        fits = False
    if not fits or len(str(claims)) > CLAIMS_LIMIT:
        raise ValueError(
            f"claims must be the JSON object of a claims challenge, {CLAIMS_LIMIT} characters at "
            "most, or None."
        )
