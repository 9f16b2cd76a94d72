"""The `az` for programs that support only the Azure CLI: it returns tokens of this sign-in."""
