"""Programs that do not know this package, and read a blob again and again for some seconds.

Each prints how often it has read, how often that failed, and what it read last. They trust the
certificate of the local storage because they are told to, or by `NODE_EXTRA_CA_CERTS`.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
DENO: Final = ROOT / "node_modules" / "deno" / "deno"
NODE: Final = shutil.which("node") or "node"

_PYTHON: Final = """
import json, os, sys, time
URL = os.environ["STORAGE_ACCOUNT_URL"]
OPTIONS = {
    "azure_storage_account_name": URL.rpartition("/")[2],
    "azure_storage_endpoint": URL,
    "allow_invalid_certificates": "true",
}
def repeat(read):
    end, reads, errors = time.monotonic() + float(sys.argv[1]), 0, []
    while not reads or time.monotonic() < end:
        reads += 1
        try:
            last = read()
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
            last = ""
    print(json.dumps({"reads": reads, "errors": errors, "last": last}), flush=True)
    # deltalake 1.x next to polars can abort while Python ends: "terminate called without an active
    # exception", after all reads.
    os._exit(0)
"""

_JAVASCRIPT: Final = """
import { DefaultAzureCredential } from '@azure/identity';
import process from 'node:process';
const credential = new DefaultAzureCredential();
async function read() {
  const { token } = await credential.getToken('https://storage.azure.com/.default');
  const headers = { authorization: `Bearer ${token}`, 'x-ms-version': '2021-08-06' };
  const url = `${process.env.STORAGE_ACCOUNT_URL}/of-the-user/greeting`;
  const answer = await fetch(url, { headers });
  return `${await answer.text()} ${JSON.parse(atob(token.split('.')[1])).upn}`;
}
const end = Date.now() + Number(process.argv[2]) * 1000;
let [reads, errors, last] = [0, [], ''];
while (!reads || Date.now() < end) {
  reads += 1;
  last = await read().catch(error => errors.push(String(error)) && '');
  await new Promise(resolve => setTimeout(resolve, 0));
}
console.log(JSON.stringify({ reads, errors, last }));
"""


class Program(NamedTuple):
    """A script and the command that runs it."""

    command: tuple[str, ...]
    code: str
    names_user: bool = False
    """Whether what it read ends with the user's name."""


_PYTHON_COMMAND: Final = (sys.executable,)

UNMODIFIED: Final = {
    # Consumer: azure-identity for Python | switch | reads a blob
    "azure-identity": Program(
        _PYTHON_COMMAND,
        f"""{_PYTHON}
from azure.identity import DefaultAzureCredential
from test.processes.reader import read
credential = DefaultAzureCredential()
repeat(lambda: read(credential))
""",
        names_user=True,
    ),
    # Consumer: `@azure/identity` in Node.js | switch | reads a blob
    "@azure/identity": Program((NODE,), _JAVASCRIPT, names_user=True),
    # Consumer: `@azure/identity` in Deno | switch | reads a blob
    "Deno": Program(
        tuple(
            f"{DENO} run --quiet --allow-all --node-modules-dir=manual --no-lock --cached-only"
            " --unsafely-ignore-certificate-errors=127.0.0.1".split()
        ),
        _JAVASCRIPT,
        names_user=True,
    ),
    # Consumer: obstore | switch | reads a blob
    "obstore": Program(
        _PYTHON_COMMAND,
        f"""{_PYTHON}
from obstore.store import AzureStore
insecure = {{"allow_invalid_certificates": True}}
account = OPTIONS["azure_storage_account_name"]
store = AzureStore("of-the-user", account_name=account, endpoint=URL, client_options=insecure)
repeat(lambda: bytes(store.get("greeting").bytes()).decode())
""",
    ),
    # Consumer: polars | switch | writes and reads a Parquet file
    "polars": Program(
        _PYTHON_COMMAND,
        f"""{_PYTHON}
import polars
def read():
    path = "az://of-the-user/polars.parquet"
    polars.DataFrame({{"a": ["hello"]}}).write_parquet(path, storage_options=OPTIONS)
    return polars.read_parquet(path, storage_options=OPTIONS)["a"][0]
repeat(read)
""",
    ),
    # Consumer: deltalake | switch | writes and reads a table
    "deltalake": Program(
        _PYTHON_COMMAND,
        f"""{_PYTHON}
import polars
from deltalake import DeltaTable, write_deltalake
def read():
    path, frame = "az://of-the-user/delta", polars.DataFrame({{"a": ["hello"]}})
    write_deltalake(path, frame, mode="overwrite", storage_options=OPTIONS)
    return DeltaTable(path, storage_options=OPTIONS).to_pyarrow_table()["a"][0].as_py()
repeat(read)
""",
    ),
    # Consumer: lancedb | switch | writes and reads a table
    "lancedb": Program(
        _PYTHON_COMMAND,
        f"""{_PYTHON}
import lancedb
def read():
    store = lancedb.connect("az://of-the-user/lance", storage_options=OPTIONS)
    store.create_table("t", [{{"a": "hello"}}], mode="overwrite")
    return store.open_table("t").to_arrow()["a"][0].as_py()
repeat(read)
""",
    ),
}


def write_programs(folder: Path) -> None:
    """Write all scripts into a folder, from which JavaScript finds its packages."""
    for name, program in UNMODIFIED.items():
        (folder / file_name(name)).write_text(program.code)
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        (folder / "package.json").write_text('{"dependencies": {"@azure/identity": "*"}}')
        (folder / "deno.json").write_text(json.dumps({"nodeModulesDir": "manual"}))


def file_name(name: str) -> str:
    """Return the name of a program's script."""
    ending = "mjs" if UNMODIFIED[name].code is _JAVASCRIPT else "py"
    return f"unmodified-{name.strip('@').replace('/', '-')}.{ending}"
