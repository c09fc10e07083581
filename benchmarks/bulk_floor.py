"""The floor: what PostgreSQL needs for the rows alone. Nothing is validated, reported, or kept for an undo."""

from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

from django.db import connection, transaction

_STAGING = """
CREATE TEMP TABLE staging (
    email text, profile text, enabled boolean, site text, teams text, skills text, desktop text, channels text,
    external_id text, default_dn text, first_name text, last_name text
) ON COMMIT DROP
"""
_COPY = "COPY staging FROM STDIN (FORMAT csv, HEADER)"
_USERS = """
INSERT INTO directory_user (
    created_at, updated_at, password, email, key, first_name, last_name, profile_id, contact_center_enabled, site_id,
    desktop_profile_id, skill_profile_id, multimedia_profile_id, channels, external_id, default_dn, language,
    time_zone, is_active, session_version, date_joined
)
SELECT now(), now(), '!', staging.email, lower(staging.email), staging.first_name, staging.last_name, profile.id,
       staging.enabled, site.id, desktop.id, skills.id, channels.id, '{voice,chat,email,social}',
       staging.external_id, staging.default_dn, '', '', true, 1, now()
FROM staging
JOIN directory_userprofile profile ON profile.key = lower(staging.profile)
JOIN directory_site site ON site.key = lower(staging.site)
JOIN directory_desktopprofile desktop ON desktop.key = lower(staging.desktop)
JOIN directory_skillprofile skills ON skills.key = lower(staging.skills)
JOIN directory_multimediaprofile channels ON channels.key = lower(staging.channels)
ON CONFLICT (key) DO UPDATE SET
    updated_at = excluded.updated_at, first_name = excluded.first_name, last_name = excluded.last_name,
    profile_id = excluded.profile_id, contact_center_enabled = excluded.contact_center_enabled,
    site_id = excluded.site_id, desktop_profile_id = excluded.desktop_profile_id,
    skill_profile_id = excluded.skill_profile_id, multimedia_profile_id = excluded.multimedia_profile_id,
    external_id = excluded.external_id, default_dn = excluded.default_dn
"""
_MEMBERSHIPS = """
INSERT INTO directory_membership (user_id, team_id, position)
SELECT owner.id, team.id, given.place - 1
FROM staging
JOIN directory_user owner ON owner.key = lower(staging.email)
CROSS JOIN unnest(string_to_array(staging.teams, '|')) WITH ORDINALITY AS given (name, place)
JOIN directory_team team ON team.key = lower(given.name) AND team.site_id = owner.site_id
ON CONFLICT (user_id, team_id) DO UPDATE SET position = excluded.position
WHERE directory_membership.position <> excluded.position
"""


@transaction.atomic
def run(path: Path) -> tuple[int, int]:
    """Import a CSV file, or a zip of several. Return how many rows were stored and how many refused."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGING)
        if is_zipfile(path):
            with ZipFile(path) as archive:
                for name in archive.namelist():
                    _copy(cursor, archive.read(name))
        else:
            _copy(cursor, path.read_bytes())
        cursor.execute(_USERS)
        stored = cursor.rowcount
        cursor.execute(_MEMBERSHIPS)
    return stored, 0


def _copy(cursor: Any, data: bytes) -> None:
    with cursor.copy(_COPY) as copy:
        copy.write(data)
