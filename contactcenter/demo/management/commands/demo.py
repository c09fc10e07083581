"""``manage.py demo`` loads the demo company."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from contactcenter.demo.company import create_company
from contactcenter.demo.history import create_history
from contactcenter.directory.models import User


class Command(BaseCommand):
    help = "Load a demo company with two weeks of status history into an empty installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--agents", type=int, default=200, help="how many agents (default 200)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are users already")

    def handle(self, *args: Any, agents: int, if_empty: bool, **options: Any) -> None:
        if not 1 <= agents <= 100_000:
            raise CommandError("--agents: a number from 1 to 100000.")
        if User.objects.exists():
            if if_empty:
                return
            raise CommandError("There are users already: the demo company is only for an empty installation.")
        with transaction.atomic():
            company = create_company(agents)
            intervals = create_history(company)
        self.stdout.write(f"Demo company loaded: {len(company.agents)} agents, {intervals} status intervals.")
