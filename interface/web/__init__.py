"""The pages, and the verifier in JavaScript that they run. Not here: the service's API."""
