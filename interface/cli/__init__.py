"""The command line `eval752`."""
