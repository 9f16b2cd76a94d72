"""The `az` for programs that know nothing but the Azure CLI: it has the tokens of this sign-in."""
