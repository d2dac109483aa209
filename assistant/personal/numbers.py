"""Numbers and addresses that point at one person: NHS, National Insurance and telephone numbers, e-mails, postcodes.

Each function yields candidates in text order; the caller settles overlaps. A service's own number or e-mail address
(corpus/data/contacts.yaml) is never one, nor is a short code (999, 101, 111) or a number that only bodies have (03,
080).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

import phonenumbers
from stdnum.gb import nhs

from assistant.knowledge import load_contacts
from assistant.personal.value import Detail, PersonalKind
from assistant.personal.words import load_data

_BEFORE = 40  # characters before a number in which a word may say what it is
_NHS = re.compile(r"(?<![\d+/.-])\d{3}[ \u00a0.-]?\d{3}[ \u00a0.-]?\d{4}(?![\d/]|[.-]\d)")
_NINO = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z])[ ]?([A-Za-z])[ -]?(\d{2}[ -]?\d{2}[ -]?\d{2})[ -]?([A-Da-d])?(?![A-Za-z0-9])"
)
_NEVER_IN_NINO = frozenset("DFIQUV")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{1,2})(\d[A-Za-z0-9]?)[ \u00a0]?(\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2})(?![A-Za-z0-9])"
)
_PHONE = re.compile(r"(?<![\w+/.-])(?:\+\d|\(?0)[\d \u00a0().-]{7,20}\d(?![\w/]|[.-]\d)")
_CUED_PHONE = re.compile(r"(?<![\w+/.-])[+(]?\d[\d \u00a0().-]{4,18}\d(?![\w/]|[.-]\d)")
_DIGITS = re.compile(r"\D")
_UK_MOBILE = re.compile(r"(?:0|44|0044)7\d{9}")
_BODIES_ONLY = {
    phonenumbers.PhoneNumberType.TOLL_FREE, phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.UAN,
}  # fmt: skip
_FEWEST_CUED_DIGITS = 6


def find_emails(text: str) -> Iterator[Detail]:
    """E-mail addresses, a service's own left out."""
    for found in _EMAIL.finditer(text):
        if found.group().casefold() not in _service_emails():
            yield _detail(PersonalKind.EMAIL, text, *found.span())


def find_nhs_numbers(text: str) -> Iterator[Detail]:
    """Ten digits with the right check digit (modulus 11), or after the words "NHS number" whatever the digit is."""
    for found in _NHS.finditer(text):
        called = _cue(text, found.start(), "nhs_cues")
        other = _cue(text, found.start(), "not_nhs_cues")
        if called or (nhs.is_valid(found.group()) and not other and found.group()[0] not in "0+"):
            yield _detail(PersonalKind.NHS_NUMBER, text, *found.span())


def find_national_insurance_numbers(text: str) -> Iterator[Detail]:
    """Two letters that a prefix may have, six digits and A to D; after "NI number" any letters, or no last one."""
    never = {pair.upper() for pair in load_data().national_insurance_prefixes_never_given.words}
    for found in _NINO.finditer(text):
        prefix = (found[1] + found[2]).upper()
        given = not (_NEVER_IN_NINO & set(prefix) or prefix[1] == "O" or prefix in never)
        written_so = given and found[4] and (found[1] + found[2]).isupper()
        if written_so or _cue(text, found.start(), "national_insurance_cues"):
            yield _detail(PersonalKind.NI_NUMBER, text, *found.span())


def find_postcodes(text: str) -> Iterator[Detail]:
    """Whole postcodes of an area that exists; an outward part alone ("TF1") is a district, not an address."""
    areas = set(load_data().postcode_areas.words)
    for found in _POSTCODE.finditer(text):
        one_case = found.group().isupper() or (found.group().islower() and found.group()[-4].isspace())
        if one_case and found[1].lower() in areas:
            yield _detail(PersonalKind.POSTCODE, text, *found.span())


def find_phones(text: str) -> Iterator[Detail]:
    """Numbers that are possible in the United Kingdom or written with "+", and six digits or more after "phone"."""
    services = _service_numbers()
    for pattern, cued in ((_PHONE, False), (_CUED_PHONE, True)):
        for found in pattern.finditer(text):
            start, end = found.span()
            if found.group().count("(") < found.group().count(")"):
                continue
            digits = _DIGITS.sub("", found.group())
            if _national(digits) in services or _is_bodies_own(found.group()):
                continue
            if cued:
                personal = len(digits) >= _FEWEST_CUED_DIGITS and _cue(text, start, "phone_cues")
            else:
                personal = _looks_dialled(found.group(), digits)
            if personal:
                yield _detail(PersonalKind.PHONE, text, start, end)


def _looks_dialled(written: str, digits: str) -> bool:
    """True for a valid number, and for any UK mobile number (those set apart for drama are not "valid")."""
    if _UK_MOBILE.fullmatch(digits):
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(written, "GB"))
    except phonenumbers.NumberParseException:
        return False


def _is_bodies_own(written: str) -> bool:
    try:
        return phonenumbers.number_type(phonenumbers.parse(written, "GB")) in _BODIES_ONLY
    except phonenumbers.NumberParseException:
        return False


def _national(digits: str) -> str:
    """The digits as dialled inside the United Kingdom."""
    for prefix in ("0044", "44"):
        if digits.startswith(prefix):
            return "0" + digits[len(prefix) :].lstrip("0")
    return digits


@cache
def _service_numbers() -> frozenset[str]:
    return frozenset(_DIGITS.sub("", number) for contact in load_contacts().all for _, number in contact.numbers)


@cache
def _service_emails() -> frozenset[str]:
    return frozenset(contact.email.casefold() for contact in load_contacts().all if contact.email)


@cache
def _cue_pattern(name: str) -> re.Pattern[str]:
    """A cue, then nothing but a mark or one of a few small words, up to the number itself."""
    words: Iterable[str] = getattr(load_data(), name).words
    cues = "|".join(re.escape(word).replace(r"\ ", r"[ .]?\s?") for word in sorted(words, key=len, reverse=True))
    small = "number|no|num|is|was|of|on|at|him|her|me|them|us|the|his|their|ends?|quoted|as|given"
    between = rf"(?:\s*(?:{small})\b\.?){{0,3}}"
    return re.compile(rf"(?<![a-z])(?:{cues})\b\.?{between}[\s:;=,.#()\"'\u2013-]*$", re.IGNORECASE)


def _cue(text: str, start: int, name: str) -> bool:
    """True when a word of this list stands right before `start`."""
    return bool(_cue_pattern(name).search(text[max(0, start - _BEFORE) : start]))


def _detail(kind: PersonalKind, text: str, start: int, end: int) -> Detail:
    return Detail(kind=kind, text=text[start:end], start=start, end=end)
