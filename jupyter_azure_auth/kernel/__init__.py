"""The part that runs in kernels: credentials whose tokens come from the page, over a comm."""
