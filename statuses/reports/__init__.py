"""How much time agents spent in which status, for which reason, and with contacts."""
