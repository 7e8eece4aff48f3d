"""Reads logs of Inspect AI, `.eval` and `.json` (docs/sources.md); a kind is told by its bytes."""
