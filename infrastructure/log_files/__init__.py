"""Writes runs as logs of other tools, for people who go on in these. Not here: reading such."""
