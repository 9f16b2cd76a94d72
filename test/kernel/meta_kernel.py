"""A kernel of metakernel, not of IPython."""

from __future__ import annotations

from typing import Any

from metakernel import MetaKernel


class MetaPython(MetaKernel):
    """Runs Python code, as metakernel_python does."""

    implementation = language = banner = "meta"
    implementation_version = language_version = "1"
    language_info = {"name": "python", "mimetype": "text/x-python"}  # noqa: RUF012 (as metakernel)

    def do_execute_direct(self, code: str, silent: bool = False) -> Any:  # noqa: FBT001, FBT002
        exec(code, globals())  # noqa: S102 (runs a cell)


if __name__ == "__main__":
    MetaPython.run_as_main()
