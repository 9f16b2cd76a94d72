"""Ambient identities: the same selection for kernels and for the server extension."""
