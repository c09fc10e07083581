"""``manage.py sample_bundle`` writes files to try bulk operations out with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contactcenter.demo.newsite import MISTAKES, tables, write_bundle
from contactcenter.directory.catalog import OBJECT_TYPES


class Command(BaseCommand):
    help = (
        "Write a zip to try bulk operations out with: a whole new site, Brno, with all configuration objects. "
        "It can be imported as a bundle into an empty installation, or beside the demo company. "
        "The same command writes the same file each time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the zip to write, such as brno.zip; must not exist yet")
        parser.add_argument(
            "--errors",
            type=int,
            default=0,
            metavar="N",
            help=f"plant N different mistakes in rows of their own, and tell where: 0 to {len(MISTAKES)} (default 0)",
        )

    def handle(self, *args: Any, file: Path, errors: int, **options: Any) -> None:
        if not 0 <= errors <= len(MISTAKES):
            raise CommandError(f"--errors: a number from 0 to {len(MISTAKES)}.")
        try:
            with file.open("xb") as stream:
                planted = write_bundle(stream, errors)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        rows = sum(map(len, tables().values()))
        self.stdout.write(f"Written to {file}: {rows} rows in {len(OBJECT_TYPES)} files, {len(planted)} of them wrong.")
        places = [f"{one.file}, row {one.row}" for one in planted]
        width = max(map(len, places), default=0)
        for place, one in zip(places, planted, strict=True):
            self.stdout.write(f"  {place:{width}}  {one.column or '(the file itself)':23}  {one.about}")
