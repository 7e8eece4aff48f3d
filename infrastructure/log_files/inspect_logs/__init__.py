"""Writes runs as logs of Inspect AI, `.eval` (docs/sources.md), without Inspect AI itself."""

from infrastructure.log_files.inspect_logs.eval_file import SUFFIX, write_eval_file

__all__ = ["SUFFIX", "write_eval_file"]
