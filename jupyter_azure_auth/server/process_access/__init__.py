"""Process access: kernels that no page answers ask their parent server, on its loopback address."""
