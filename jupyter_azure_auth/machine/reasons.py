"""Why a source is not used: one table of codes, and the sentence that each becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .granted import SourceName

REASONS: Final[dict[str, str]] = {
    # Known before anybody is asked.
    "not_allowed": "The administrator's c.AzureAuth.sources does not list it.",
    "account_wanted": "A user was asked for by name, and that is never an identity of a machine.",
    "other_tenant": "Another tenant was asked for than the one it has.",
    "other_cloud": "Another Azure cloud was asked for than the one it is in.",
    "not_set": "{detail} is not set.",
    "endpoint_taken": "IDENTITY_ENDPOINT or MSI_SECRET is set too: see managed-identity.",
    "az_missing": "`az` is not on the PATH.",
    "az_signed_out": "Nobody is signed in to the Azure CLI. Run `az login`.",
    "az_claims": "The Azure CLI cannot satisfy a claims challenge. Sign in by hand.",
    # Found out by asking.
    "not_azure": "No metadata service answered: this is no Azure machine.",
    "az_failed": "The Azure CLI gave no token. Run `az login` again.",
    "failed": "The machine gave no token ({detail}).",
}


@dataclass(frozen=True)
class NotUsed:
    """A source that was considered, and why it is not used."""

    source: SourceName
    code: str
    """One of :data:`REASONS`."""
    detail: str = ""
    """Names of variables, statuses, codes; never a text that a host answered."""

    @property
    def sentence(self) -> str:
        """Say it, with the remedy where there is one."""
        return REASONS[self.code].format(detail=self.detail)


class NotUsedError(Exception):
    """A source that was asked has no token."""

    def __init__(self, not_used: NotUsed) -> None:
        super().__init__(not_used.sentence)
        self.not_used = not_used
