"""The reader of lm-evaluation-harness: a results file with the samples of its tasks."""
