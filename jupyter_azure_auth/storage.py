"""What libraries call ``storage_options``, for an Azure Storage account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from ._clouds import CLOUDS
from .audiences import known_cloud
from .token_provider import bearer_token_provider, cloud_of

if TYPE_CHECKING:
    from jupyter_azure_auth.kernel.credential import JupyterCredential

    from .aio import JupyterCredential as AsyncJupyterCredential

_ACCOUNT: Final = re.compile(r"[a-z0-9]{3,24}")


def storage_options(
    account: str,
    *,
    library: Literal["fsspec", "deltalake", "polars"] = "fsspec",
    credential: JupyterCredential | AsyncJupyterCredential | None = None,
    cloud: str | None = None,
) -> dict[str, Any]:
    """Return ``storage_options`` for pandas, Dask, fsspec (adlfs), deltalake or polars.

    With ``library="fsspec"``, which pandas and Dask use, they hold a credential: tokens are renewed
    and the options can be pickled. deltalake and polars take text only: theirs hold one token,
    which is valid for about an hour and cannot be pickled, so call this for each table.

    :param account: name of the storage account, without a domain.
    :param library: what the options are for.
    :param credential: whose tokens to use; None for a new one. deltalake and polars need a
        synchronous credential.
    :param cloud: the cloud of the account, as for :func:`jupyter_azure_auth.bearer_token_provider`.
    :raises ValueError: an argument is invalid; the text names it and what it must be.
    """
    if not _ACCOUNT.fullmatch(account):
        raise ValueError(
            "account must be the name of a storage account: 3 to 24 lower-case letters and digits."
        )
    known = known_cloud(cloud or cloud_of(credential))
    host = f"{account}.blob.{CLOUDS[known].storage_suffix}"
    from .aio import JupyterCredential as AsyncJupyterCredential  # noqa: PLC0415

    if library == "fsspec":
        credential = credential or AsyncJupyterCredential(cloud=cloud)
        return {"account_name": account, "account_host": host, "credential": credential}
    if library not in ("deltalake", "polars"):
        raise ValueError("library must be 'fsspec', 'deltalake' or 'polars'.")
    if isinstance(credential, AsyncJupyterCredential):
        raise ValueError(f"credential must be a synchronous one for {library}.")  # noqa: TRY004 (as above)
    token = bearer_token_provider("storage", credential=credential, cloud=cloud)()
    return {
        "azure_storage_account_name": account,
        "azure_storage_endpoint": f"https://{host}",
        "azure_storage_token": token,
    }
