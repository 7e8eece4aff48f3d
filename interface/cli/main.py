"""The entry point of `eval752`. Not here: anything it can do."""

import sys

from interface.cli.faults import INTERRUPTED


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    try:
        from interface.cli.app import app  # noqa: PLC0415 - Ctrl-C is heard from the first moment

        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
