"""Keys, signatures and timestamps; the only user of `cryptography` and of `rfc3161_client`.

Both are imported when one is needed.
"""
