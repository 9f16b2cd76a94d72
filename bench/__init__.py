"""Benchmarks against comparable libraries; `npm run bench` runs them all."""
