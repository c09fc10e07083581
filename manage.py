#!/usr/bin/env python
"""Runs the administrative commands: ``python manage.py help`` lists them.

Without DATABASE_URL the embedded database is started for the time of the command, unless it runs already.
"""

import os
import sys
from contextlib import AbstractContextManager, nullcontext

NO_DATABASE_NEEDED = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "spectacular",
    "startapp",
    "version",
}
HELP = {"-h", "--help", "--version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contactcenter.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the settings are named

    from contactcenter.embedded import EmbeddedError  # noqa: PLC0415

    try:
        with database_for(sys.argv[1:]):
            execute_from_command_line(sys.argv)
    except EmbeddedError as error:
        sys.exit(str(error))


def database_for(arguments: list[str]) -> AbstractContextManager[None]:
    from contactcenter import embedded, settings  # noqa: PLC0415

    idle = not arguments or arguments[0] in NO_DATABASE_NEEDED or HELP & set(arguments)
    return nullcontext() if idle or settings.DATABASE_URL else embedded.available(settings.DATA_DIR)


if __name__ == "__main__":
    main()
