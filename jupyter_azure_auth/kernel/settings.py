"""The arguments of a credential, validated once and stored as one value."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth._validation import (
    MAX_CLAIMS_LENGTH,
    MAX_SCOPES,
    are_scopes,
    is_claims,
    is_name,
    is_one_resource,
    is_tenant,
    one_tenant,
)


@dataclass(frozen=True)
class Settings:
    """The arguments of a credential. They contain no secret and are pickled with it."""

    tenant_id: str | None = None
    cloud: str | None = None
    account: str | None = None
    timeout: float = 300
    require_user: bool = False

    def __post_init__(self) -> None:
        """Validate the arguments.

        :raises ValueError: names the invalid argument and what it must be.
        """
        check_tenant(self.tenant_id)
        check_name("cloud", self.cloud)
        check_name("account", self.account)
        check_timeout(self.timeout)
        check_flag("require_user", self.require_user)

    def request(
        self,
        scopes: tuple[str, ...],
        *,
        claims: str | None,
        tenant_id: str | None,
        enable_cae: bool,
    ) -> TokenRequest:
        """Return the request for one call.

        :raises ValueError: the scopes, the tenant or the claims are invalid.
        """
        check_scopes(scopes)
        check_tenant(tenant_id)
        check_claims(claims)
        return TokenRequest(
            scopes,
            one_tenant(tenant_id or self.tenant_id),
            self.cloud,
            self.account,
            claims or None,
            enable_cae=bool(enable_cae),
            require_user=self.require_user,
        )


def check_tenant(tenant_id: object) -> None:
    """Raise ValueError unless it is a GUID, a domain, a name for every tenant, or None."""
    if tenant_id is not None and not is_tenant(tenant_id):
        raise ValueError(
            "tenant_id must be the tenant's id (a GUID) or one of its domains, for example "
            "'contoso.onmicrosoft.com', or None."
        )


def check_name(argument: str, name: object) -> None:
    """Raise ValueError unless it is a string that pages accept, or None."""
    if name is not None and not is_name(name):
        raise ValueError(f"{argument} must be a non-empty line of text, or None.")


def check_flag(argument: str, flag: object) -> None:
    """Raise ValueError unless it is True or False."""
    if not isinstance(flag, bool):
        raise ValueError(f"{argument} must be True or False.")  # noqa: TRY004 (as for the other arguments)


def check_timeout(timeout: object) -> None:
    """Raise ValueError unless it is a positive, finite number of seconds."""
    number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
    if not (number and 0 < timeout < float("inf")):  # type: ignore[operator]
        raise ValueError("timeout must be a number of seconds greater than 0.")


def check_scopes(scopes: tuple[object, ...]) -> None:
    """Raise ValueError unless they are scopes of one resource, as Entra requires (RFC 8707)."""
    if not scopes:
        raise ValueError("Pass at least one scope, such as 'https://storage.azure.com/.default'.")
    if not are_scopes(scopes):
        raise ValueError(
            "Each scope must be a string of ASCII characters without spaces, for example "
            "'https://storage.azure.com/.default', and not openid, profile or offline_access. "
            f"There can be at most {MAX_SCOPES} scopes."
        )
    if not is_one_resource(scopes):
        raise ValueError(
            "All scopes must be for one resource. Get a separate token for each resource."
        )


def check_claims(claims: object) -> None:
    """Raise ValueError unless it is a claims challenge as resources send them, or None."""
    if claims is None or claims == "":
        return
    if not is_claims(claims):
        raise ValueError(
            "claims must be the JSON object of a claims challenge with at most "
            f"{MAX_CLAIMS_LENGTH} characters, or None."
        )
