"""``manage.py bulk`` imports and exports from the command line, with the engine that the console uses."""

import getpass
import shutil
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NoReturn

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from bulkops import services
from bulkops.foreground import work_on
from bulkops.models import BUNDLE, Operation
from bulkops.reference import write_reference
from bulkops.reports import message_of, processed_rows, write_errors
from contactcenter.directory.catalog import OBJECT_TYPES
from contactcenter.lib.actors import Actor
from contactcenter.lib.errors import AppError

SHOWN_ERRORS = 20
BAR = 30  # characters
BETWEEN_LINES = 5  # seconds, where there is no terminal
LISTED = 20

WITH_ERRORS, FAILED = 1, 2  # exit status


class Progress:
    """Shows how far an operation is: as a bar that moves on a terminal, else as a line now and then."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._moves = out.isatty()
        self._started = self._told = time.monotonic()

    def show(self, operation: Operation) -> None:
        now = time.monotonic()
        if not self._moves and (now - self._told < BETWEEN_LINES or not operation.is_active):
            return
        self._told = now
        rows = f"{operation.done:,} of {operation.total:,} rows" if operation.total else f"{operation.done:,} rows"
        rate = f"{operation.done / max(now - self._started, 0.001):,.0f} rows/s"
        if self._moves:
            full = round(operation.progress * BAR) if operation.total else 0
            bar = "#" * full + "-" * (BAR - full)
            self._out.write(f"\r[{bar}] {operation.progress:4.0%}  {rows}  {rate}\x1b[K", ending="")
            self._out.flush()
        else:
            self._out.write(f"{rows}, {rate}")

    def clear(self) -> None:
        if self._moves:
            self._out.write("\r\x1b[K", ending="")


class Command(BaseCommand):
    help = "Import and export configuration objects as CSV and zip files, and undo imports."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        slugs = [found.slug for found in OBJECT_TYPES]

        importing = actions.add_parser("import", help="import a CSV or a zip")
        self._add_object(importing, [*slugs, BUNDLE])
        importing.add_argument("file", type=Path, metavar="FILE")
        importing.add_argument("--dry-run", action="store_true", help="only say what would happen")

        exporting = actions.add_parser("export", help="write all objects of a kind to a CSV, or to a zip of several")
        self._add_object(exporting, slugs)
        exporting.add_argument("file", type=Path, metavar="FILE")

        undoing = actions.add_parser("undo", help="take an import back")
        undoing.add_argument("id", type=int, metavar="ID")

        actions.add_parser("list", help=f"list the last {LISTED} operations")

        docs = actions.add_parser("docs", help="write the reference of all columns as Markdown")
        docs.add_argument("directory", type=Path, metavar="DIRECTORY")
        docs.add_argument("--check", action="store_true", help="write nothing, and fail where it is stale")

    @staticmethod
    def _add_object(parser: ArgumentParser, slugs: list[str]) -> None:
        parser.add_argument("object_type", choices=slugs, metavar="OBJECT", help=", ".join(slugs))

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action}")(options)
        except AppError as error:
            raise CommandError(error.message, returncode=FAILED) from error
        except OSError as error:
            raise CommandError(f"{error.filename or ''}: {error.strerror}".lstrip(": "), returncode=FAILED) from error

    # --- What can be done ----------------------------------------------------------------------------------------

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        with path.open("rb") as stream:
            operation = services.start_import(
                options["object_type"],
                File(stream),
                path.name,
                dry_run=options["dry_run"],
                actor=_actor(),
                background=False,
            )
        self._work_on(operation)
        self._tell(operation)
        if operation.failed:
            self._tell_errors(operation, path)
            sys.exit(WITH_ERRORS)

    def _export(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        operation = services.start_export(options["object_type"], path.name, actor=_actor(), background=False)
        self._work_on(operation)
        if operation.cancelled:
            self.stdout.write("Cancelled: nothing is written.")
            sys.exit(WITH_ERRORS)
        target = path.with_name(operation.output_name)  # where there is too much for a CSV it is a zip
        with operation.output.open("rb") as content, target.open("wb") as stream:
            shutil.copyfileobj(content, stream)
        self.stdout.write(f"{target}: {operation.total:,} rows.")

    def _undo(self, options: dict[str, Any]) -> None:
        operation = services.undo(options["id"], actor=_actor(), background=False)
        self._work_on(operation)
        self.stdout.write(
            f"Operation {operation.pk}: {operation.updated:,} objects taken back, {operation.unchanged:,} were gone"
            f" already, {operation.failed:,} left alone."
        )
        if operation.failed:
            self._show_errors(operation)
            sys.exit(WITH_ERRORS)

    def _list(self, options: dict[str, Any]) -> None:
        for one in Operation.objects.all()[:LISTED]:
            what = "preview" if one.dry_run else one.kind
            submitted = f"{one.submitted_at:%Y-%m-%d %H:%M} UTC"
            self.stdout.write(
                f"{one.pk:>6}  {submitted}  {one.status:<21}  {what:<7}  {one.object_type:<19}  {one.file_name}"
            )

    def _docs(self, options: dict[str, Any]) -> None:
        stale = write_reference(options["directory"], check=options["check"])
        if options["check"] and stale:
            raise CommandError(f"Stale: {', '.join(stale)}. Write them again: manage.py bulk docs DIRECTORY")
        self.stdout.write(f"{len(stale)} pages {'are stale' if options['check'] else 'written'}.")

    # --- Following an operation ----------------------------------------------------------------------------------

    def _work_on(self, operation: Operation) -> None:
        progress = Progress(self.stdout)
        work_on(operation, progress.show)
        progress.clear()
        if operation.status == Operation.Status.FAILED:
            self._fail(operation)

    def _fail(self, operation: Operation) -> NoReturn:
        for undo in operation.followers.active():  # what was applied already is taken back
            work_on(undo, Progress(self.stdout).show)
        raise CommandError(f"Operation {operation.pk} failed. {operation.failure}", returncode=FAILED)

    # --- Telling what became of it -------------------------------------------------------------------------------

    def _tell(self, operation: Operation) -> None:
        words = ("to create", "to update") if operation.dry_run else ("created", "updated")
        counts = (
            f"{operation.created:,} {words[0]}, {operation.updated:,} {words[1]}, {operation.unchanged:,} unchanged,"
            f" {operation.failed:,} refused"
        )
        self.stdout.write(f"Operation {operation.pk}: {operation.total:,} rows, {counts}.")
        if operation.cancelled:
            self.stdout.write("It was cancelled: the rest is among the refused rows.")
        if operation.dry_run:
            self.stdout.write("This was a dry run: nothing has changed.")

    def _tell_errors(self, operation: Operation, path: Path) -> None:
        self._show_errors(operation)
        with TemporaryFile() as content:
            name = write_errors(operation, content)
            content.seek(0)
            with path.with_name(name).open("wb") as stream:
                shutil.copyfileobj(content, stream)
        self.stdout.write(f"All refused rows, with their errors: {path.with_name(name)}")

    def _show_errors(self, operation: Operation) -> None:
        refused = processed_rows(operation, "refused").select_related("file")
        for row in refused[:SHOWN_ERRORS]:
            self.stderr.write(f"  {row.file.name}, row {row.number}: {message_of(row)}")
        if operation.failed > SHOWN_ERRORS:
            self.stderr.write(f"  … and {operation.failed - SHOWN_ERRORS:,} more.")


def _actor() -> Actor:
    name = ""
    with suppress(KeyError, OSError):  # an account without a name, as containers have
        name = f" ({getpass.getuser()})"
    return Actor("system", None, f"Command line{name}")
