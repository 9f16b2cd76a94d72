"""Identities that a machine has by itself; the same decision for kernels and for the server."""
