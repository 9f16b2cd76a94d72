"""Process access: what no page answers asks its parent server, on its loopback address."""
