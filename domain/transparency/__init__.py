"""Trees, proofs and signed notes: what shows that nothing was changed, dropped or inserted."""
