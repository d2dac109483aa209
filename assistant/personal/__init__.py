"""Personal details: finding them in a text, and masking them before anything is stored or exported."""

from assistant.personal.find import find_details
from assistant.personal.mask import mask
from assistant.personal.value import Detail, PersonalKind

__all__ = ["Detail", "PersonalKind", "find_details", "mask"]
