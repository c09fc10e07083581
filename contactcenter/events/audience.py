"""Audiences: the words that say to whom an event is told."""

import hashlib

ADMINISTRATORS = "administrators"
ALL_TEAMS = "all-teams"
EVERYONE = "everyone"


def user_token(user_id: int) -> str:
    return f"user:{user_id}"


def team_token(team_id: int) -> str:
    return f"team:{team_id}"


def session_token(session_key: str) -> str:
    """Return the audience token of one browser session. The key itself is a secret and stays out."""
    return "session:" + hashlib.sha256(session_key.encode()).hexdigest()[:32]
