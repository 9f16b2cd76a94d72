"""Measurements against peers; `npm run bench` runs them all."""
