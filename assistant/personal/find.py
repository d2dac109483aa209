"""Every personal detail of a text."""

from __future__ import annotations

from bisect import bisect_left

from assistant.personal.dates import find_addresses, find_dates_of_birth
from assistant.personal.names import find_names
from assistant.personal.numbers import (
    find_emails,
    find_national_insurance_numbers,
    find_nhs_numbers,
    find_phones,
    find_postcodes,
)
from assistant.personal.value import Detail

# The surest first: where two overlap, the earlier of these is kept.
FINDERS = (
    find_emails,
    find_nhs_numbers,
    find_national_insurance_numbers,
    find_dates_of_birth,
    find_phones,
    find_postcodes,
    find_addresses,
    find_names,
)


def find_details(text: str) -> tuple[Detail, ...]:
    """The personal details of a text, in order and never overlapping; `text[d.start:d.end] == d.text` for each.

    Finds too much rather than too little where it is unsure of a number, and leaves an ordinary word alone where it is
    unsure of a name. It misses some: nothing may promise a reader that every detail was found.
    """
    starts: list[int] = []
    kept: list[Detail] = []
    for find in FINDERS:
        for detail in find(text):
            at = bisect_left(starts, detail.start)
            free = (at == 0 or kept[at - 1].end <= detail.start) and (at == len(kept) or detail.end <= kept[at].start)
            if free:
                starts.insert(at, detail.start)
                kept.insert(at, detail)
    return tuple(kept)
