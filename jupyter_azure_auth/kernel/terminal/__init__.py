"""A sign-in that this process holds itself, where neither a page nor a Jupyter server does."""
