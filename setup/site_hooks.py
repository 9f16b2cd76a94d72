"""Hooks of MkDocs: what of the site is not below ``docs/``."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PAGES = ("CONTRIBUTING.md", "CHANGELOG.md")
"""Documents of the root that are pages of the site."""

ASSETS = {"assets/mermaid.min.js": "node_modules/mermaid/dist/mermaid.min.js"}
"""JupyterLab brings it, for its own Markdown."""

_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!https?:|#)([^)\s#]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and files that come from elsewhere."""
    for uri, path in {**{page: page for page in PAGES}, **ASSETS}.items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the text with links as the site has them; source code is not part of it."""
    del config
    uri = page.file.src_uri
    folder = PurePosixPath("." if uri in PAGES else "docs", uri).parent

    def link(match: re.Match[str]) -> str:
        text, path, anchor = match[1], match[2], match[3] or ""
        target = normpath(f"{folder}/{path}")
        found = target if target in PAGES else target.removeprefix("docs/")
        if files.get_file_from_path(found) is None:
            if not (ROOT / target).exists():
                return match[0]  # MkDocs reports it
            return text
        return f"[{text}]({relpath(found, PurePosixPath(uri).parent)}{anchor})"

    return _LINK.sub(link, markdown)
