"""What an administrator needs to find a failed request in the sign-in logs of Entra."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth._validation import is_guid

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Trace:
    """The time and the ids of a request; nothing secret."""

    time: str
    """In UTC, as in ISO 8601."""
    client_id: str
    tenant_id: str
    """The tenant that was asked, as in its authority: an id, a domain or ``organizations``."""
    correlation_id: str | None = None
    """The id that Entra gave to the request, if it answered."""

    @classmethod
    def of(cls, client_id: str, tenant_id: str, correlation_id: str | None) -> Trace:
        """Return the trace of a request that has failed just now."""
        time = datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
        return cls(time, client_id, tenant_id, correlation_id)

    def to_wire(self) -> Mapping[str, Any]:
        """Return it as fields of an answer."""
        fields = {
            "time": self.time,
            "client_id": self.client_id,
            "tenant_id": self.tenant_id,
            "correlation_id": self.correlation_id,
        }
        return {name: value for name, value in fields.items() if value is not None}


def correlation_id(answer: Mapping[str, Any]) -> str | None:
    """Return the correlation id in an authority's error; None if there is none."""
    value = answer.get("correlation_id")
    if not isinstance(value, str):
        # The authorization endpoint has it in its text only.
        said = re.search(r"Correlation ID: (\S+)", str(answer.get("error_description")))
        value = said.group(1) if said else ""
    return value if is_guid(value) else None
