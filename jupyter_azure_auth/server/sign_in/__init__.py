"""Interactive sign-ins that the server extension holds."""
