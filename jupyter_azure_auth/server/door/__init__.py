"""The way for kernels that no page answers: they ask their own server, on its loopback address."""
