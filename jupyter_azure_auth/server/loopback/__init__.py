"""Sign-in on Jupyter's own port: the authority sends its answer to ``http://localhost:<port>/``."""
