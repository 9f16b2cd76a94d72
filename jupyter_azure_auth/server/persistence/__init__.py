"""Persistence of sign-ins: in the system's keychain, or in a file if the administrator allows."""
