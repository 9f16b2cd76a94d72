"""Sign-in on Jupyter's port: the authority redirects to ``http://localhost:<port>/``."""
