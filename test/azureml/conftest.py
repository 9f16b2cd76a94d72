"""The kernels of `test/kernel`, with the test in the part of the page."""

from __future__ import annotations

from test.kernel.conftest import fresh, notebook, scope, shared_kernel

__all__ = ["fresh", "notebook", "scope", "shared_kernel"]
