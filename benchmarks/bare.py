"""The floor: plain Django views that run the statements by hand, on the same server and pool."""

import hashlib
import json
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
AVAILABILITY = """
SELECT agent_id, first_name, last_name, address, version, status_id, status_name, since, cause, must_choose,
       voice_state, chat_state, email_state, social_state, voice_units, chat_units, email_units, social_units,
       team_ids, reason_code_id, reason_code_name, reason_code_paid
FROM statuses_availability
"""


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
    }


def agents(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(AVAILABILITY + "ORDER BY agent_id LIMIT 201")
        rows = cursor.fetchall()
    body = {"next": request.GET["next"], "previous": None, "results": [_payload(row) for row in rows[:200]]}
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(data, content_type="application/json")


def _payload(row: Any) -> dict[str, Any]:
    since = iso(row[7])
    return {
        "agent_id": row[0],
        "name": f"{row[1]} {row[2]}",
        "email": row[3],
        "version": row[4],
        "status": {
            "id": row[5],
            "name": row[6],
            "since": since,
            "cause": row[8],
            "reason_code": {"id": row[19], "name": row[20], "paid": row[21]} if row[19] else None,
        },
        "must_choose_status": row[9],
        "activity": {"kind": "none", "skill_id": None, "since": None},
        "channels": {
            channel: {
                "state": row[10 + number],
                "assigned": row[14 + number] > 0,
                "enabled": row[14 + number] > 0,
                "work_items": 0,
                "capacity": row[14 + number],
                "updated_at": since,
            }
            for number, channel in enumerate(("voice", "chat", "email", "social"))
        },
        "phone_line": "ready" if row[14] else None,
        "team_ids": row[18],
    }


urlpatterns = [
    path("bare/agents/<int:pk>/status/", set_status),
    path("bare/agents/", agents),
    *product_urls,
]
