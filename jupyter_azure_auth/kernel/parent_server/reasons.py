"""Why the parent server issued no token: its code and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth._error_catalog import PARENT_SERVER, UNAVAILABLE_CAUSES

if TYPE_CHECKING:
    from collections.abc import Mapping


def reason_of(answer: Mapping[str, Any]) -> str:
    """Return the code of a refusal of the server, or the cause of ``unavailable`` if it names one.

    :param answer: the fields of the HTTP answer; ``invalid_answer`` if they have no known code.
    """
    code, cause = (str(answer.get(name)) for name in ("code", "reason"))
    if code == "unavailable" and cause in UNAVAILABLE_CAUSES:
        return cause
    return code if code in PARENT_SERVER else "invalid_answer"


def describe_reason(code: str, tenant_id: str | None = None) -> str:
    """Return the reason as a line of a list of candidates.

    :param tenant_id: the tenant that was requested, if any.
    """
    sentence = PARENT_SERVER[code].format(tenant=tenant_id or "that is configured")
    return f"Jupyter server: {sentence} ({code})"
