"""The floor: plain Django views that run the statements by hand, on the same server and pool."""

import hashlib
import json
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from contactcenter.urls import urlpatterns as product_urls
from statuses import moves
from statuses.availability import iso

TOKEN = """
SELECT t.expires, t.scope, c.id, c.name, c.is_active, c.requests_per_minute
FROM oauth2_provider_accesstoken t JOIN api_apiclient c ON c.id = t.application_id
WHERE t.token_checksum = %s LIMIT 21
"""
PUBLISH = """
INSERT INTO events_event (xid, kind, audience, payload, created_at)
VALUES (DEFAULT, 'status.changed', %s, %s, DEFAULT) RETURNING xid, id, created_at
"""
WAKE = "SELECT pg_notify('contactcenter_events', '')"
CHANNELS = ("voice", "chat", "email", "social")
NAMES = (
    *("agent_id", "first_name", "last_name", "address", "version", "status_id", "status_name", "since", "cause"),
    *("must_choose", "team_ids", "reason_code_id", "reason_code_name", "reason_code_paid", "line_ready"),
    *("activity", "activity_skill_id", "activity_since"),
    *(f"{channel}_{what}" for channel in CHANNELS for what in ("state", "units", "on", "items", "updated_at")),
)
AVAILABILITY = f"SELECT {', '.join(NAMES)} FROM statuses_availability "


@csrf_exempt
def set_status(request: HttpRequest, pk: int) -> HttpResponse:
    token = request.headers["Authorization"].removeprefix("Bearer ")
    body = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(TOKEN, [hashlib.sha256(token.encode()).hexdigest()])
        cursor.fetchone()
        with transaction.atomic():
            cursor.execute(moves.HOLD_STATUS, [body["status"]])
            status = cursor.fetchone()
            cursor.execute(moves.LOCK_AGENTS, {"agents": [pk], "all": False})
            cursor.fetchone()
            cursor.execute(moves.MOVE, _values(pk, status))
            for _pk, version, teams in cursor.fetchall():  # nothing where the status is that already
                audience = [f"user:{pk}", "all-teams", *(f"team:{team}" for team in teams)]
                payload = {"agent_id": pk, "version": version, "status": {"id": status[0], "name": status[1]}}
                cursor.execute(PUBLISH, [audience, json.dumps(payload)])
        cursor.execute(WAKE)
        cursor.execute(AVAILABILITY + "WHERE agent_id = %s", [pk])
        return JsonResponse(_payload(cursor.fetchone()))


def _values(pk: int, status: Any) -> dict[str, Any]:
    names = ("status", "status_name", "voice", "chat", "email", "social")
    return {
        **dict(zip(names, status, strict=False)),
        "agents": [pk],
        "now": timezone.now(),
        "always": False,
        "must_choose": False,
        "cause": "api",
        "actor_kind": "client",
        "actor_id": 1,
        "actor_name": "Demo client",
        "reason": None,
        "note": "",
        "restarts": True,
    }


def agents(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(AVAILABILITY + "ORDER BY agent_id LIMIT 201")
        rows = cursor.fetchall()
    body = {"next": request.GET["next"], "previous": None, "results": [_payload(row) for row in rows[:200]]}
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(data, content_type="application/json")


def _payload(values: Any) -> dict[str, Any]:
    row = SimpleNamespace(**dict(zip(NAMES, values, strict=True)))
    return {
        "agent_id": row.agent_id,
        "name": f"{row.first_name} {row.last_name}",
        "email": row.address,
        "version": row.version,
        "status": {
            "id": row.status_id,
            "name": row.status_name,
            "since": iso(row.since),
            "cause": row.cause,
            "reason_code": {"id": row.reason_code_id, "name": row.reason_code_name, "paid": row.reason_code_paid}
            if row.reason_code_id
            else None,
        },
        "must_choose_status": row.must_choose,
        "activity": {
            "kind": row.activity,
            "skill_id": row.activity_skill_id,
            "since": iso(row.activity_since) if row.activity_since else None,
        },
        "channels": {channel: _channel(row, channel) for channel in CHANNELS},
        "phone_line": ("ready" if row.line_ready else "unavailable") if row.voice_units else None,
        "team_ids": row.team_ids,
    }


def _channel(row: Any, channel: str) -> dict[str, Any]:
    units = getattr(row, f"{channel}_units")
    return {
        "state": getattr(row, f"{channel}_state"),
        "assigned": units > 0,
        "enabled": units > 0 and getattr(row, f"{channel}_on"),
        "work_items": getattr(row, f"{channel}_items"),
        "capacity": units,
        "updated_at": iso(getattr(row, f"{channel}_updated_at")),
    }


urlpatterns = [
    path("bare/agents/<int:pk>/status/", set_status),
    path("bare/agents/", agents),
    *product_urls,
]
