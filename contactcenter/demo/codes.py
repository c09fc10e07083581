"""Why agents of the demo company pause, and how contacts end."""

from typing import Final

from contactcenter.directory.models import AuxiliaryCode, WorkType
from contactcenter.directory.services import save_object

_WORK_TYPES: Final = (
    ("Breaks", WorkType.Type.IDLE_CODE, "Time for oneself."),
    ("Work without contacts", WorkType.Type.IDLE_CODE, "Work that is not a contact."),
    ("Outcome", WorkType.Type.WRAP_UP_CODE, "How a contact ended."),
)
# name, work type, paid
_IDLE_CODES: Final = (
    ("Lunch", "Breaks", False),
    ("Coffee break", "Breaks", True),
    ("Personal", "Breaks", False),
    ("Team meeting", "Work without contacts", True),
    ("Training", "Work without contacts", True),
    ("Coaching", "Work without contacts", True),
    ("Paperwork", "Work without contacts", True),
    ("Technical problem", "Work without contacts", True),
)
_WRAP_UP_CODES: Final = (
    ("Solved", "Nothing is left to do."),
    ("Call back needed", "A call was promised."),
    ("Passed on", "Another team goes on with it."),
    ("No answer", "Nobody was there."),
    ("Sold", "An order was placed."),
    ("Not interested", "No order, and no call again."),
)


def create_codes() -> tuple[list[AuxiliaryCode], list[AuxiliaryCode]]:
    """Return idle codes and wrap-up codes."""
    types = {
        name: save_object(WorkType(name=name, type=kind, description=described))
        for name, kind, described in _WORK_TYPES
    }
    idle = [
        save_object(AuxiliaryCode(name=name, work_type=types[kind], paid=paid, is_default=name == "Coffee break"))
        for name, kind, paid in _IDLE_CODES
    ]
    wrap_up = [
        save_object(
            AuxiliaryCode(name=name, description=described, work_type=types["Outcome"], is_default=name == "Solved")
        )
        for name, described in _WRAP_UP_CODES
    ]
    return idle, wrap_up
