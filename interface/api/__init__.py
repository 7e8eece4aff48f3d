"""The archive over HTTP: what it answers is in ``docs/api.md``."""
