"""Plain CSV and JSONL with a mapping (docs/sources.md): files of everybody else."""
