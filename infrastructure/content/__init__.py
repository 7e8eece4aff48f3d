"""Content that is kept as files: the binaries that parts refer to, and kept proofs."""
