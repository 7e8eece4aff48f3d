"""Keys and signatures; the only user of `cryptography`, which is imported when one is needed."""
