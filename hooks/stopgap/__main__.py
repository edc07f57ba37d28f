"""`python -m stopgap`, and the `stopgap` command: where a run begins, so that Ctrl-C is one line from the first moment on."""

import os
import sys

INTERRUPTED = 130


def main() -> int:
    """Runs the command line. Returns the exit status: also of one that was interrupted before its modules were there."""
    try:
        from .cli import main as run

        return run()
    except KeyboardInterrupt:
        os.write(2, b"stopgap: interrupted\n")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
