"""The verifier: numbered checks over a bundle, and the report that they make."""
