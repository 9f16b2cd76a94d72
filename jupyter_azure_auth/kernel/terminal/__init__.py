"""A sign-in that this process holds itself, if neither a page nor a Jupyter server does."""
