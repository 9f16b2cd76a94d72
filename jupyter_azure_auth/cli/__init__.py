"""The command line ``jupyter azure-auth``, one module for each command."""
