"""The log's tiles as files, and apart from them the heads that were signed."""
