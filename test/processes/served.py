"""Programs that the server itself starts or serves: what each of them shows of the blob."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

import nbformat
from websocket import WebSocket

from test.cli.lab import Lab
from test.processes.lab_kernel import ask, open_socket

PROGRAMS = Path(__file__).parents[2] / ".cache" / "programs"
READ = "from test.processes.reader import read_or_refusal\nprint(read_or_refusal())"

APPS: Final = {
    "streamlit_app": """
import streamlit
from test.processes.reader import read_or_refusal
streamlit.text(read_or_refusal())
""",
    "marimo_app": """
import marimo
app = marimo.App()

@app.cell
def _():
    from test.processes.reader import read_or_refusal
    read_or_refusal()
""",
}
"""Files in the server's folder."""

PROXIED: Final = {
    "streamlit": "streamlit run streamlit_app.py --server.port={port} --server.headless=true"
    " --global.developmentMode=false",
    "marimo": "marimo run marimo_app.py --port={port} --headless --no-token",
}
"""Command lines for jupyter-server-proxy, in the server's folder."""


def write_notebook(lab: Lab, name: str = "reads.ipynb", code: str = READ) -> str:
    """Write a notebook that reads the blob into the server's folder, and return its name."""
    return write_notebook_into(lab.home, name, code)


def write_notebook_into(folder: Path, name: str, code: str) -> str:
    """Write a notebook with one cell, and return its name."""
    cell = nbformat.v4.new_code_cell(code)  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=[cell])  # type: ignore[no-untyped-call]
    kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook["metadata"]["kernelspec"] = kernelspec
    nbformat.write(notebook, folder / name)  # type: ignore[no-untyped-call]
    return name


def voila(lab: Lab) -> str:
    return ask(lab, "GET", f"voila/render/{write_notebook(lab)}").text


def streamlit(lab: Lab) -> str:
    sys.path.append(str(PROGRAMS))
    from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: PLC0415 (only now on the path)

    ask(lab, "GET", "streamlit/")
    socket = open_socket(lab, "streamlit/_stcore/stream", subprotocols=["streamlit"])
    start = BackMsg()
    start.rerun_script.query_string = ""
    socket.send_binary(start.SerializeToString())
    return _shown(socket)


def marimo(lab: Lab) -> str:
    ask(lab, "GET", "marimo/")
    return _shown(open_socket(lab, f"marimo/ws?session_id=s_{uuid.uuid4().hex[:6]}"))


def _shown(socket: WebSocket) -> str:
    """Return the message that contains the blob, or the refusal."""
    try:
        while True:
            message = socket.recv()
            text = message if isinstance(message, str) else message.decode("utf-8", "replace")
            if "hello" in text or "refused" in text:
                return text
    finally:
        socket.close()


SERVED: Final[dict[str, Callable[[Lab], str]]] = {
    # Consumer: Voilà in the Jupyter server | `JupyterCredential()` | reads a blob
    "Voilà": voila,
    # Consumer: Streamlit under jupyter-server-proxy | `JupyterCredential()` | reads a blob
    "Streamlit": streamlit,
    # Consumer: marimo under jupyter-server-proxy | `JupyterCredential()` | reads a blob
    "marimo": marimo,
}
