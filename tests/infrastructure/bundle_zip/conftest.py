"""Property tests of this room are never judged by the clock."""

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)  # a noisy machine is no bug
settings.load_profile("no deadline")
