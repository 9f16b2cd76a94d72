"""A Jupyter server in a separate process, on a separate port."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from queue import Queue
from typing import Any

from jupyter_azure_auth.connection_file import ConnectionFile, file_name, read
from test.kernel.notebook import kernel_environ


class RealServer:
    """A server with these extensions only; its home and runtime folder are in one folder."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        extensions: Iterable[str] = ("jupyter_azure_auth",),
        **environ: str,
    ) -> None:
        self.runtime = home / "runtime"
        config = home / "config.json"
        enabled = dict.fromkeys(extensions, True)
        config.write_text(json.dumps({"ServerApp": {"jpserver_extensions": enabled}}))
        listen = [] if any("--ServerApp.sock" in one for one in arguments) else ["--port=0"]
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", f"--config={config}"),
                *("--allow-root", "--no-browser", "--debug"),
                *listen,
                *arguments,
            ],
            cwd=home,
            env={
                **kernel_environ(home),
                "JUPYTER_RUNTIME_DIR": str(self.runtime),
                "JUPYTER_CONFIG_DIR": str(home / "config"),
                "JUPYTER_NO_CONFIG": "1",
                **environ,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        self._log = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def file(self) -> Path:
        return self.runtime / file_name(self.process.pid)

    def logged(self, text: str, seconds: float = 120) -> RealServer:
        """Wait until its log contains this text."""
        end = time.monotonic() + seconds
        while text not in self._log:
            line = self._lines.get(timeout=max(0, end - time.monotonic()))
            assert line, self._log
            self._log += line
        return self

    def wrote(self) -> ConnectionFile:
        """Wait for its connection file, and return it."""
        self.logged("processes find this server through")
        return read(self.file)

    def info(self) -> Any:
        """Return the information that Jupyter itself writes about it."""
        return json.loads((self.runtime / f"jpserver-{self.process.pid}.json").read_text())

    @property
    def log(self) -> str:
        """Its log up to the last awaited text, or up to its end."""
        return self._log

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            os.kill(self.process.pid, how)
        self.process.wait(30)
        self._reader.join(30)
        while line := self._lines.get(timeout=30):
            self._log += line
        self._lines.put("")

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            for line in stdout:
                self._lines.put(line)
        self._lines.put("")
