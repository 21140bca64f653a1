"""Days, and spans of days."""
import datetime
from dataclasses import dataclass

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From the first day to before the other one."""
    first: datetime.date
    after: datetime.date

    @property
    def is_day(self):
        return self.after == self.first + DAY


def date(year, month, day):
    """Nothing where there is no such day, or none behind it."""
    try:
        return datetime.date(year, month, day) if year < 9999 else None
    except ValueError:
        return None


def one(day):
    return Span(day, day + DAY) if day else None


def of_month(year, month):
    return Span(date(year, month, 1), datetime.date(year + month // 12, month % 12 + 1, 1)) if 1 <= year < 9999 else None


def moved_months(day, months):
    """The same day of another month, or that one's last."""
    at = day.year * 12 + day.month - 1 + months
    if not 12 <= at < 12 * 9999:
        return None
    return date(at // 12, at % 12 + 1, day.day) or of_month(at // 12, at % 12 + 1).after - DAY
