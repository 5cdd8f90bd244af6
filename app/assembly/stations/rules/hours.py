"""Where a station is and when it is open: what somebody must know before they set out. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.errors import InvalidInput
from app.i18n import N_

KST = ZoneInfo("Asia/Seoul")
DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Hours:
    """The days on which a station is open, and from when to when on each of them, in Korean time.

    Attributes:
        first_day: the first day.
        last_day: the last day; the same for a station of one day.
        opens: when it opens.
        closes: when it closes, later on the same day.
        weekdays_only: whether it rests on Saturdays and Sundays.
    """

    first_day: date
    last_day: date
    opens: time
    closes: time
    weekdays_only: bool = False

    @property
    def begins(self) -> datetime:
        """The opening on the first day."""
        return datetime.combine(self.first_day, self.opens, tzinfo=KST)

    @property
    def ends(self) -> datetime:
        """The closing on the last day."""
        return datetime.combine(self.last_day, self.closes, tzinfo=KST)

    def days(self) -> Iterator[date]:
        """Go through the days on which it is open, earliest first."""
        day = self.first_day
        while day <= self.last_day:
            if not (self.weekdays_only and day.weekday() >= SATURDAY):
                yield day
            day += DAY

    def is_open(self, at: datetime) -> bool:
        """Tell whether it is open at an instant: from the opening minute up to, not including, the closing one."""
        here = at.astimezone(KST)
        return here.date() in self.days() and self.opens <= here.time() < self.closes

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when it opens next after an instant; None when it does not any more."""
        openings = (datetime.combine(day, self.opens, tzinfo=KST) for day in self.days())
        return next((opening for opening in openings if opening > at), None)

    def is_over(self, at: datetime) -> bool:
        """Tell whether it will not be open again after an instant."""
        last = max(self.days(), default=self.last_day)
        return at >= datetime.combine(last, self.closes, tzinfo=KST)


@dataclass(frozen=True)
class Details:
    """What is told of a station beside its name.

    Attributes:
        address: where it is; a travelling booth's stop.
        access: how to get in with a wheelchair or a pram, and who helps.
        hours: when it is open; None where nobody has said so yet.
    """

    address: str = ""
    access: str = ""
    hours: Hours | None = None


NOTHING_TOLD = Details()


def require_hours(hours: Hours, *, opens_at: datetime, closes_at: datetime) -> None:
    """Refuse hours that make no sense, or in which nobody may vote.

    Args:
        hours: what was typed.
        opens_at: when voting begins.
        closes_at: when voting ends; a station may close at that very instant.

    Raises:
        InvalidInput: the last day before the first, closing not after opening, no open day at all, or open before voting
            begins or after it ends.
    """
    if hours.last_day < hours.first_day:
        raise InvalidInput(N_("마지막 날이 첫날보다 앞섭니다."), field="last_day")
    if hours.closes <= hours.opens:
        raise InvalidInput(N_("닫는 시각은 여는 시각보다 늦어야 합니다."), field="closes")
    if (hours.last_day - hours.first_day).days > (closes_at - opens_at).days + 1:
        raise InvalidInput(N_("투표가 끝난 뒤에는 투표소를 열 수 없습니다."), field="last_day")
    days = list(hours.days())
    if not days:
        raise InvalidInput(
            N_("여는 날이 하루도 없습니다. 주말에만 여는 투표소라면 “주말에는 쉽니다”를 빼 주세요."),
            field="weekdays_only",
        )
    if datetime.combine(days[0], hours.opens, tzinfo=KST) < opens_at:
        raise InvalidInput(N_("투표를 시작하기 전에는 투표소를 열 수 없습니다."), field="first_day")
    if datetime.combine(days[-1], hours.closes, tzinfo=KST) > closes_at:
        raise InvalidInput(N_("투표가 끝난 뒤에는 투표소를 열 수 없습니다."), field="last_day")
