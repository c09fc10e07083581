"""One import, in a process that has all that a worker has before its first: prints what it took as JSON.

``python -m benchmarks.bulk_worker <side> <object type> <file>``
"""

import gc
import json
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

_CONTENT = """
SELECT md5(string_agg(people::text, ',' ORDER BY people.key))
FROM (
    SELECT owner.key, first_name, last_name, contact_center_enabled, profile_id, owner.site_id, desktop_profile_id,
           skill_profile_id, multimedia_profile_id, channels, external_id, default_dn, is_active,
           array(SELECT team_id FROM directory_membership WHERE user_id = owner.id ORDER BY team_id) AS teams
    FROM directory_user AS owner
) AS people
"""


def main(side: str, object_type: str, path: Path) -> None:
    import django

    from contactcenter.celery import app

    django.setup()
    app.loader.import_default_modules()  # all the tasks, as a worker does
    if side == "ours":
        step = partial(_product, object_type, path)
    else:
        step = partial(import_module(f"benchmarks.bulk_{side}").run, path)
    print(json.dumps(_measured(step)))


def _measured(step: Callable[[], tuple[int, int]]) -> dict[str, Any]:
    from django.db import connection

    statements = 0

    def counted(execute: Any, *call: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*call)

    with connection.cursor() as cursor:  # the connection is there
        gc.collect()
        idle = _memory("VmRSS")
        with connection.execute_wrapper(counted):
            started, cpu = time.perf_counter(), time.process_time()
            stored, failed = step()
            seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        peak = _memory("VmHWM")
        cursor.execute(_CONTENT)
        return {
            "seconds": seconds,
            "cpu": cpu,
            "idle": idle,
            "peak": peak,
            "statements": statements,
            "stored": stored,
            "failed": failed,
            "content": cursor.fetchone()[0],
        }


def _product(object_type: str, path: Path) -> tuple[int, int]:
    """Start an import as the console and the API do, and run it as the worker does."""
    from django.core.files import File

    from bulkops import running, services
    from contactcenter.lib.actors import SYSTEM

    services.wake_worker = lambda operation_id: None  # here is the worker
    with path.open("rb") as file:
        operation = services.start_import(object_type, File(file), path.name, actor=SYSTEM)
    running.run(operation.pk)
    operation.refresh_from_db()
    if operation.failure:
        raise SystemExit(operation.failure)
    return operation.created + operation.updated, operation.failed


def _memory(what: str) -> int:
    """Return bytes of memory: ``ru_maxrss`` would start with that of the process that started this one."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    if found is None:
        raise SystemExit(f"The system does not tell {what}.")
    return int(found[1]) * 1024


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
