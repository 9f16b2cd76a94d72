"""The server that started this kernel: where it is, and tokens from it."""
