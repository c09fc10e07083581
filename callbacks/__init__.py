"""Stored commitments to call a contact back, queued to an agent or an outbound skill at their time."""
