"""The wheel, and a new environment with only JupyterLab and the wheel: no Node, no ipywidgets."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "setup" / "requirements.txt"


@dataclass(frozen=True)
class Installed:
    """A virtual environment, and the environment variables for using it."""

    folder: Path
    variables: dict[str, str]

    def start(self, *command: str, cwd: Path) -> subprocess.Popen[str]:
        """Start a program of the environment; stderr goes to stdout."""
        return subprocess.Popen(
            [self.program(command[0]), *command[1:]],
            env=self.variables,
            cwd=cwd,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *command: str, cwd: Path) -> str:
        """Return the output of a program that must succeed."""
        process = self.start(*command, cwd=cwd)
        output, _ = process.communicate()
        assert process.returncode == 0, output
        return output

    def program(self, name: str) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin") / name


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project: builds write files that other suites import at the same time."""
    copy = tmp_path_factory.mktemp("source") / "project"
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns("node_modules", ".git", ".[!g]*", "__pycache__")
    )
    return copy


@pytest.fixture(scope="session")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``pip wheel .``, with the installed build tools and the extension that was built."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--quiet", "--wheel-dir", str(target)], cwd=source, check=True)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    base = tmp_path_factory.mktemp("fresh")
    folder = base / "venv"
    venv.create(folder, with_pip=True)
    fresh = Installed(folder, variables(base, folder))
    # The same versions as in all other tests.
    pip = ["python", "-m", "pip", "install", "--quiet", "--constraint", str(REQUIREMENTS)]
    fresh.run(*pip, "jupyterlab", str(wheel), cwd=base)
    return fresh


def variables(home: Path, folder: Path) -> dict[str, str]:
    """Return variables without this project's environment, the user's configuration, and Node."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    programs = [str(Installed(folder, {}).program("."))]
    programs += [path for path in kept["PATH"].split(os.pathsep) if not has_node(path)]
    return {
        **{
            name: value for name, value in kept.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}
        },
        "PATH": os.pathsep.join(programs),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": "http://127.0.0.1:9",
    }


def has_node(path: str) -> bool:
    return shutil.which("node", path=path) is not None
