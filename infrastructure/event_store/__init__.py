"""The event log and what goes with it, in one SQLite database; the only user of `eventsourcing`."""
