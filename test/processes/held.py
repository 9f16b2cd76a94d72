"""Programs of many kinds that hold a token for an hour, and ask for it until they are refused."""

from __future__ import annotations

import shlex
import sys
import threading
import time
from pathlib import Path
from typing import Final

from test.cli.lab import Lab
from test.processes.lab_kernel import LabKernel, ask
from test.processes.scripts import IMPORT
from test.processes.served import write_notebook
from test.processes.terminal import ServerTerminal
from test.programs import LIMIT_S

METHODS: Final = ("fork", "spawn", "forkserver")
SCRIPTS: Final = {
    # Consumer: Python script | `JupyterCredential()` | reads a blob
    "script": 'hold("script")',
    # Consumer: `multiprocessing` (fork, spawn, forkserver) | `JupyterCredential()` | reads a blob
    # Consumer: `concurrent.futures` | `JupyterCredential()` | reads a blob
    "workers": f"""
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
if __name__ == "__main__":
    credential = JupyterCredential()
    pools = {{one: multiprocessing.get_context(one).Pool(1) for one in {METHODS}}}
    waiting = [pool.apply_async(hold, [one, credential]) for one, pool in pools.items()]
    with ProcessPoolExecutor(1) as executor:
        executor.submit(hold, "concurrent.futures", credential).result()
    for each in waiting: each.get()
""",
    # Consumer: joblib | `JupyterCredential()` | reads a blob
    "joblib": """
import joblib
if __name__ == "__main__":
    credential = JupyterCredential()
    joblib.Parallel(2)(joblib.delayed(hold)(f"joblib{one}", credential) for one in range(2))
""",
    # Consumer: Dask `LocalCluster` | `JupyterCredential()` | reads a blob
    "dask": """
from dask.distributed import Client, LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            client.submit(hold, "dask", JupyterCredential(), pure=False).result()
""",
}
NOTEBOOKS: Final = {
    # Consumer: papermill | `JupyterCredential()` | reads a blob
    "papermill": "papermill ../holds-papermill.ipynb -",
    # Consumer: `nbconvert --execute` | `JupyterCredential()` | reads a blob
    "nbconvert": "nbconvert --execute --to=markdown --stdout ../holds-nbconvert.ipynb",
}
KERNELS: Final = {
    # Consumer: Python kernel without a page | `JupyterCredential()` | reads a blob
    "kernel": "python3",
    # Consumer: xeus-python kernel | `JupyterCredential()` | reads a blob
    "xeus-python": "xpython",
}
HELD: Final = frozenset(
    {"script", *METHODS, "concurrent.futures", "joblib0", "joblib1", "dask"}
    | {*NOTEBOOKS, *KERNELS, "jupyter-scheduler"}
)
"""The processes that hold a token."""


def holding(name: str) -> str:
    """Return the code of a notebook."""
    return f"from test.processes.reader import hold\nhold({name!r})"


def start_programs(lab: Lab, terminal: ServerTerminal) -> None:
    """Start all of them side by side, except the kernels."""
    for name, code in SCRIPTS.items():
        script = lab.home / f"hold-{name}.py"
        script.write_text(f"{IMPORT}\n{code}")
        terminal.start(sys.executable, str(script))
    for name, command in NOTEBOOKS.items():
        write_notebook(lab, f"holds-{name}.ipynb", holding(name))
        terminal.start(sys.executable, "-m", *shlex.split(command))
    # Consumer: jupyter-scheduler | `JupyterCredential()` | reads a blob
    job = {
        "name": "holds",
        "input_uri": write_notebook(lab, "holds-job.ipynb", holding("jupyter-scheduler")),
        "runtime_environment_name": "python3",
        "kernel_name": "python3",
        "output_formats": ["ipynb"],
    }
    ask(lab, "POST", "scheduler/jobs", job)


def start_kernels(lab: Lab) -> dict[str, LabKernel]:
    """Start the kernels, without a page, and their cells."""
    kernels = {name: LabKernel(lab, spec) for name, spec in KERNELS.items()}
    for name, kernel in kernels.items():
        kernel.send(holding(name))
    return kernels


def await_files(lab: Lab, ending: str) -> dict[str, Path]:
    """Return the file that each process has left, by its name."""
    files = {name: lab.home / f"{name}.{ending}" for name in HELD}
    end = time.monotonic() + LIMIT_S
    while missing := [name for name, file in files.items() if not file.exists()]:
        assert time.monotonic() < end, (missing, errors(lab))
        threading.Event().wait(0.1)
    return files


def errors(lab: Lab) -> dict[str, str]:
    """Return what programs in the terminal have said of what went wrong."""
    return {str(one): one.read_text()[-2000:] for one in lab.home.glob("command-*/err")}
