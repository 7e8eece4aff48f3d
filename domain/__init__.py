"""What is true: events, streams, trees, bundles and their verification. Pure."""
