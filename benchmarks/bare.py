"""The floor: plain Django views that run the statements by hand, on the same server and pool."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from contactcenter.urls import urlpatterns as product_urls
from statuses.availability import iso

TOKEN = """
SELECT t.id, t.expires, t.scope, c.* FROM oauth2_provider_accesstoken t
JOIN api_apiclient c ON c.id = t.application_id WHERE t.token_checksum = %s
"""
STATUS = """
SELECT s.*, ARRAY(SELECT t.team_id FROM statuses_status_teams t WHERE t.status_id = s.id)
FROM statuses_status s WHERE s.id = %s FOR KEY SHARE OF s
"""
STATE = """
SELECT s.*, u.*, d.*, r.name, r.paid,
    ARRAY(SELECT m.team_id FROM directory_membership m WHERE m.user_id = s.agent_id ORDER BY m.position)
FROM statuses_agentstate s JOIN directory_user u ON u.id = s.agent_id
LEFT JOIN directory_desktopprofile d ON d.id = u.desktop_profile_id
LEFT JOIN directory_auxiliarycode r ON r.id = s.reason_code_id
WHERE s.agent_id = %s AND u.is_active AND u.contact_center_enabled FOR UPDATE OF s
"""
COMPANY = "SELECT * FROM directory_companysettings WHERE id = 1"
FINISH = """
INSERT INTO statuses_statusinterval (agent_id, version, status_id, status_name, reason_code_id, reason_code_name,
    reason_code_paid, cause, actor_kind, actor_id, actor_name, note, started_at, ended_at)
SELECT agent_id, version, status_id, status_name, reason_code_id, '', NULL, cause, actor_kind, actor_id, actor_name,
    note, since, greatest(%s, since) FROM statuses_agentstate WHERE agent_id = %s
"""
MOVE = """
UPDATE statuses_agentstate SET status_id = s.id, status_name = s.name, status_revision = s.revision, voice = s.voice,
    chat = s.chat, email = s.email, social = s.social, since = greatest(%s, since), cause = 'api',
    actor_kind = 'client', actor_id = 1, actor_name = 'Demo client', reason_code_id = NULL, note = '',
    must_choose = false, version = version + 1
FROM statuses_status s WHERE s.id = %s AND agent_id = %s
"""
PUBLISH = "INSERT INTO events_event (kind, audience, payload) VALUES ('status.changed', %s, %s) RETURNING id"
WAKE = "SELECT set_config('synchronous_commit', 'off', true), pg_notify('contactcenter_events', '')"
AVAILABILITY = """
SELECT s.agent_id, u.first_name, u.last_name, u.email, s.version, s.status_id, s.status_name, s.since, s.cause,
    s.must_choose, s.voice, s.chat, s.email, s.social, u.channels, p.voice, p.chat, p.email, p.social,
    ARRAY(SELECT m.team_id FROM directory_membership m WHERE m.user_id = s.agent_id ORDER BY m.position),
    r.id, r.name, r.paid
FROM statuses_agentstate s JOIN directory_user u ON u.id = s.agent_id
LEFT JOIN directory_site i ON i.id = u.site_id
LEFT JOIN directory_auxiliarycode r ON r.id = s.reason_code_id
LEFT JOIN directory_multimediaprofile p ON p.id = coalesce(u.multimedia_profile_id,
    (SELECT t.multimedia_profile_id FROM directory_membership m JOIN directory_team t ON t.id = m.team_id
     WHERE m.user_id = u.id AND t.multimedia_profile_id IS NOT NULL ORDER BY m.position LIMIT 1),
    i.multimedia_profile_id)
WHERE u.is_active AND u.contact_center_enabled
"""


@csrf_exempt
def set_status(request: HttpRequest, pk: int) -> HttpResponse:
    token = request.headers["Authorization"].removeprefix("Bearer ")
    body = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(TOKEN, [hashlib.sha256(token.encode()).hexdigest()])
        cursor.fetchone()
        with transaction.atomic():
            now = timezone.now()
            cursor.execute(STATUS, [body["status"]])
            cursor.fetchone()
            cursor.execute(STATE, [pk])
            teams = cursor.fetchone()[-1]
            cursor.execute(COMPANY)
            cursor.fetchone()
            cursor.execute(FINISH, [now, pk])
            cursor.execute(MOVE, [now, body["status"], pk])
            audience = [f"user:{pk}", "all-teams", *(f"team:{team}" for team in teams)]
            cursor.execute(PUBLISH, [audience, json.dumps({"agent_id": pk, "status": body["status"]})])
            cursor.fetchone()
        cursor.execute(WAKE)
        cursor.execute(AVAILABILITY + "AND s.agent_id = %s", [pk])
        return JsonResponse(_payload(cursor.fetchone()))


def agents(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(AVAILABILITY + "ORDER BY s.agent_id LIMIT 201")
        rows = cursor.fetchall()
    body = {"next": request.GET["next"], "previous": None, "results": [_payload(row) for row in rows[:200]]}
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(data, content_type="application/json")


def _payload(row: Any) -> dict[str, Any]:
    since, assigned = iso(row[7]), row[14]
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
            "reason_code": {"id": row[20], "name": row[21], "paid": row[22]} if row[20] else None,
        },
        "must_choose_status": row[9],
        "activity": {"kind": "none", "skill_id": None, "since": None},
        "channels": dict(_channels(row, assigned, since)),
        "phone_line": "ready" if "voice" in assigned and row[15] else None,
        "team_ids": row[19],
    }


def _channels(row: Any, assigned: list[str], since: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, channel in enumerate(("voice", "chat", "email", "social")):
        units = row[15 + number] or 0
        mine = units > 0 and channel in assigned
        yield (
            channel,
            {
                "state": row[10 + number] if mine else "offline",
                "assigned": mine,
                "enabled": mine,
                "work_items": 0,
                "capacity": units if mine else 0,
                "updated_at": since,
            },
        )


urlpatterns = [
    path("bare/agents/<int:pk>/status/", set_status),
    path("bare/agents/", agents),
    *product_urls,
]
