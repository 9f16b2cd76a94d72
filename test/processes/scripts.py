"""Programs that a user starts in a terminal of the server: what each of them prints of the blob."""

from __future__ import annotations

import sys
from typing import Final

IMPORT: Final = "from test.processes.reader import *"

SCRIPTS: Final = {
    # Consumer: `asyncio` | `aio.JupyterCredential()` | reads a blob
    "asyncio": """
import asyncio
async def main():
    async with aio.JupyterCredential() as credential:
        return (await credential.get_token(SCOPE)).token
asyncio.run(main())
print(read())
""",
    # Consumer: nbclient | `JupyterCredential()` | reads a blob
    "nbclient": """
import nbclient, nbformat
notebook = nbformat.read("../reads.ipynb", 4)
nbclient.NotebookClient(notebook).execute()
print(notebook.cells[0].outputs[0].text)
""",
}

COMMANDS: Final = {
    **dict.fromkeys(SCRIPTS, (sys.executable, "../script.py")),
    # Consumer: IPython in a terminal | `JupyterCredential()` | reads a blob
    "ipython": (sys.executable, "-m", "IPython", "-c", f"{IMPORT}; print(read())"),
}
