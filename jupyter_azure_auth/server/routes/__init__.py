"""The REST routes of the server extension, below ``<base>/azure-auth/``."""
