"""Runs operations in processes of their own, which a test may kill at any moment.

Started with the numbers of rows and of objects that make a chunk, it reads the numbers of operations, one a line,
and for each starts a child, whose process number it writes; another line follows when that has ended.
"""

import os
import sys

import django


def main() -> None:
    django.setup()
    from bulkops import importing, running, undoing

    importing.CHUNK, undoing.CHUNK = int(sys.argv[1]), int(sys.argv[2])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            running.run(int(line))
            os._exit(0)
        print(child, flush=True)  # noqa: T201 - to whoever has started this
        os.waitpid(child, 0)
        print("ended", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
