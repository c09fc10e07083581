"""Every change of statuses and of what agents can take: one function, one use case, one transaction."""

from statuses.services.activity import set_activity
from statuses.services.agents import agents_with_history, enable_agents, publish_agents, restart_all, retire_agents
from statuses.services.channels import LEASE, LONGEST_LEASE, expire_phone_lines, report_phone_line, switch_channel
from statuses.services.definitions import change_status, delete_status, refuse_builtin, save_status
from statuses.services.routing import Picked, pick_agent
from statuses.services.setting import require_usable, require_version, set_status, set_statuses
from statuses.services.timeouts import save_defaults, save_rule, save_timeouts, sweep_idle, sweep_lost
from statuses.services.work import add_work_item, expire_work_items, release_work_item

__all__ = [
    "LEASE",
    "LONGEST_LEASE",
    "Picked",
    "add_work_item",
    "agents_with_history",
    "change_status",
    "delete_status",
    "enable_agents",
    "expire_phone_lines",
    "expire_work_items",
    "pick_agent",
    "publish_agents",
    "refuse_builtin",
    "release_work_item",
    "report_phone_line",
    "require_usable",
    "require_version",
    "restart_all",
    "retire_agents",
    "save_defaults",
    "save_rule",
    "save_status",
    "save_timeouts",
    "set_activity",
    "set_status",
    "set_statuses",
    "sweep_idle",
    "sweep_lost",
    "switch_channel",
]
