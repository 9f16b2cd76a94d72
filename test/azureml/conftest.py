"""The kernels of `test/kernel`; the test plays the page."""

from __future__ import annotations

from test.kernel.conftest import fresh, notebook, scope, shared_kernel

__all__ = ["fresh", "notebook", "scope", "shared_kernel"]
