"""The demonstration: an example run that ships with the project, from question to bundle."""
