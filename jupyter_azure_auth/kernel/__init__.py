"""The part that runs in kernels: credentials that get their tokens from the page over a comm."""
