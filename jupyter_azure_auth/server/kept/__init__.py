"""Sign-ins that outlive the server: in the system's keychain, or in a file if that is allowed."""
