"""Process access: a process that no page answers asks its parent server, over loopback."""
