"""The page at ``<base>/azure-auth/``, for users whose front end has no Azure panel."""
