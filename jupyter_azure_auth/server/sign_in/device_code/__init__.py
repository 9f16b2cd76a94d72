"""Sign-in with a code that the user types into a page of Microsoft, on any device."""
