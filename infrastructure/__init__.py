"""How it is kept: event store, content, read models, container, keys."""
