"""The App Service identity contract, for code in any language that does not know this package.

It is served by a listener of its own on 127.0.0.1, never below Jupyter's address, which a Hub or a
proxy would publish. It issues tokens of the signed-in user only, and never asks the user.
"""
