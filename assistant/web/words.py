"""Dates, counts and states as a reader sees them."""

from __future__ import annotations

from datetime import date

from ingest.sources import Source


def long_date(day: date) -> str:
    """'14 November 2026'."""
    return f"{day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """'14 Nov 2026'."""
    return f"{day.day} {day:%b %Y}"


def count(number: int, one: str, many: str | None = None) -> str:
    """'1 quote', '3 quotes', '1,204 passages'."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def age(day: date, today: date) -> str:
    """How long ago, in the largest unit that is not zero: 'today', '8 days ago', '14 months ago', '3 years ago'."""
    days = (today - day).days
    if days <= 0:
        return "today"
    if days < 60:
        return f"{count(days, 'day')} ago"
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return f"{count(months, 'month')} ago" if months < 24 else f"{count(months // 12, 'year')} ago"


def status(source: Source, today: date) -> str:
    """'Current', 'Review overdue' or 'Superseded'."""
    if source.superseded_by:
        return "Superseded"
    if source.review_due and source.review_due < today:
        return "Review overdue"
    return "Current"


def status_with_age(source: Source, today: date) -> str:
    """The status and what it rests on: 'Review overdue since 1 March 2026. Checked 14 months ago.'"""
    checked = f"Checked {age(source.checked_on, today)}."
    match status(source, today):
        case "Superseded":
            return f"Superseded by {source.superseded_by}. {checked}"
        case "Review overdue" if source.review_due:
            return f"Review overdue since {long_date(source.review_due)}. {checked}"
    return f"Current. {checked}"
