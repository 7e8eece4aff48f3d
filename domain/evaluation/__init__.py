"""Runs and datasets: their events, what may follow what, scores and evidence."""
