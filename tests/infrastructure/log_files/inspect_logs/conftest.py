"""The archives of the tests of the application serve here as well."""

from tests.application.conftest import archive, archives, theirs

__all__ = ["archive", "archives", "theirs"]
