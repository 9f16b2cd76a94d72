"""A string for headers that contains a token and hides it in its ``repr``."""

from __future__ import annotations

from jupyter_azure_auth._redacted import RedactedText

HiddenText = RedactedText
