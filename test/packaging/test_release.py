"""What is published: sdist, npm package, licenses, bill of materials, recipe, and the workflow."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement

from test.packaging.conftest import ROOT
from test.packaging.test_wheel import contents

NODE, NPM = (shutil.which(name) or name for name in ("node", "npm"))
PERMISSIVE = {"MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC"}
LICENSES = "jupyter_azure_auth/labextension/static/third-party-licenses.json"
PAGE_LICENSES = "jupyter_azure_auth/server/page/static/third-party-licenses.json"


def read_json(path: str) -> Any:
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def test_the_sdist_builds_the_same_wheel_without_node(
    source: Path, wheel: Path, tmp_path: Path
) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(build, cwd=source, check=True, capture_output=True, timeout=300)
    [sdist] = tmp_path.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        archive.extractall(tmp_path, filter="data")
    assert {"src/index.ts", "package-lock.json", "SECURITY.md", LICENSES, PAGE_LICENSES} <= names
    assert not [name for name in names if "node_modules" in name or name.startswith(".venv")]
    again = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    folder = tmp_path / sdist.name.removesuffix(".tar.gz")
    subprocess.run(again, cwd=folder, check=True, capture_output=True, timeout=300)
    [built] = tmp_path.glob("*.whl")
    assert contents(built) == contents(wheel)


def test_the_npm_package_has_what_authors_of_extensions_need() -> None:
    pack = [NPM, "pack", "--dry-run", "--json", "--ignore-scripts"]
    done = subprocess.run(pack, cwd=ROOT, check=True, capture_output=True, timeout=300)
    [package] = json.loads(done.stdout)
    names = {file["path"] for file in package["files"]}
    needed = {"lib/index.js", "lib/tokens.d.ts", "src/tokens.ts", "style/panel.raw.css", "LICENSE"}
    assert needed <= names
    assert not [name for name in names if name.split("/")[0] in {"test", "demo", "bench", "setup"}]


def test_every_bundled_package_is_in_the_bill_with_a_permissive_license() -> None:
    script = "import('./setup/sbom.mjs').then(async m => {"
    script += "console.log(JSON.stringify(await m.billOfMaterials()))})"
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", script],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    components = {one["name"]: one for one in json.loads(done.stdout)["components"]}
    of_extension, of_page = (read_json(path)["packages"] for path in (LICENSES, PAGE_LICENSES))
    msal = ["@azure/msal-browser", "@azure/msal-common"]
    assert [one["name"] for one in of_extension] == msal  # JupyterLab shares everything else.
    assert {one["name"] for one in of_page} >= {*msal, "react-dom"}
    bundled = [*of_extension, *of_page]
    locked = read_json("package-lock.json")["packages"]
    for one in bundled:
        assert one["licenseId"] in PERMISSIVE
        assert len(one["extractedText"]) > 500
        assert components[one["name"]]["version"] == one["versionInfo"]
        if one["name"].startswith("@azure/"):
            assert locked[f"node_modules/{one['name']}"]["version"] == one["versionInfo"]
    assert {"azure-core", "azure-identity", "msal", "psutil"} <= components.keys()


def test_the_recipe_agrees_with_the_project() -> None:
    recipe = yaml.safe_load((ROOT / "packaging/conda/recipe.yaml").read_text(encoding="utf-8"))
    project = metadata("jupyter-azure-auth")
    assert recipe["context"]["version"] == read_json("package.json")["version"]
    assert recipe["package"]["name"] == project["Name"]
    assert recipe["about"]["license"] == project["License-Expression"]
    requires = [Requirement(one) for one in project.get_all("Requires-Dist") or []]
    needed = {f"{one.name} {one.specifier}" for one in requires if "extra" not in str(one.marker)}
    python = f"python {project['Requires-Python']}"
    assert set(recipe["requirements"]["run"]) == needed | {python}
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    [build] = re.findall(r"^requires = \[(.*?)^\]", pyproject, re.DOTALL | re.MULTILINE)
    host = {one.replace(">", " >", 1) for one in re.findall(r'"(.+)"', build)}
    assert len(host) == 4
    assert host <= set(recipe["requirements"]["host"])


def test_the_workflow_calls_the_same_commands_on_supported_versions() -> None:
    path = ROOT / ".github/workflows/ci.yml"
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    rows = jobs["test"]["strategy"]["matrix"]["include"]
    assert {row["command"] for row in rows} == {"bash .ci/run", "npm test"}
    assert {row["os"].partition("-")[0] for row in rows} == {"ubuntu", "macos", "windows"}
    classifiers = metadata("jupyter-azure-auth").get_all("Classifier") or []
    assert {row["python"] for row in rows} <= {one.rpartition(" ")[2] for one in classifiers}
    runs = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert [run for run in runs if run.startswith("npm run")] == ["npm run release"]
    assert "release" in read_json("package.json")["scripts"]
