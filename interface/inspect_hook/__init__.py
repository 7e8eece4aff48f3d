"""Records each sample of Inspect AI in a service as it ends (``docs/client.md``).

Inspect finds ``hook`` by its entry point. Not here: logs of Inspect, which are archived afterwards.
"""
