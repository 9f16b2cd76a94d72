"""How the tabs of one user share a sign-in that one of them holds (``popup``)."""
