"""Rules of calls for proposals. Pure: no Flask, no database, no clock, no randomness."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app.agenda.rules.proposals import Field
from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


@dataclass(frozen=True)
class CallTerms:
    """What a call admits. Money is whole won."""

    opens_at: datetime
    closes_at: datetime
    max_won: int
    """Per project."""
    envelope_won: int
    """For all projects of the call together; 0 where none is named."""
    per_person: int
    """How many proposals one person may send in."""
    only_groups: bool
    """Only groups of residents may answer it."""
    fields: frozenset[Field]
    """Empty: every field."""

    def is_open(self, at: datetime) -> bool:
        """Tell whether proposals are taken at an instant."""
        return self.opens_at <= at < self.closes_at


def require_terms(terms: CallTerms, *, dong_max_won: int) -> None:
    """Refuse terms that admit nothing or contradict themselves.

    Raises:
        InvalidInput: it closes before it opens, the limit is above what the dong allows or above the envelope.
    """
    if terms.closes_at <= terms.opens_at:
        raise InvalidInput(N_("마감이 시작보다 빠를 수 없습니다."), field="closes_on")
    if terms.max_won > dong_max_won:
        raise InvalidInput(
            N_("이 지역의 한 사업 한도는 %(limit)s원입니다."), field="max_won", limit=f"{dong_max_won:,}"
        )
    if terms.envelope_won and terms.envelope_won < terms.max_won:
        raise InvalidInput(N_("한 사업의 한도가 모두 합한 예산보다 클 수 없습니다."), field="max_won")


def require_admitted(
    terms: CallTerms, *, wanted_won: int | None, field: Field, is_group: bool, sent_before: int, at: datetime
) -> None:
    """Refuse a proposal that a call does not admit.

    Args:
        terms: of the call.
        wanted_won: what the proposal says it costs.
        field: what it is about.
        is_group: whether a group sends it in.
        sent_before: how many this person has sent in already.
        at: when.

    Raises:
        RuleViolation: the call is not open, or the person has used up what the call allows.
        InvalidInput: too expensive or without a cost, of another field, or not by a group.
    """
    if not terms.is_open(at):
        raise RuleViolation(N_("이 공모는 지금 의제를 받지 않습니다. 쓰신 글은 초안으로 남아 있습니다."))
    if sent_before >= terms.per_person:
        raise RuleViolation(N_("이 공모에는 한 사람이 %(n)s건까지 낼 수 있습니다."), n=terms.per_person)
    if wanted_won is None:
        raise InvalidInput(N_("공모에 낼 때는 얼마가 들지 적어 주세요."), field="wanted_won")
    if wanted_won > terms.max_won:
        raise InvalidInput(
            N_("이 공모의 한 사업 한도는 %(limit)s원입니다."), field="wanted_won", limit=f"{terms.max_won:,}"
        )
    require_field(terms.fields, field)
    if terms.only_groups and not is_group:
        raise InvalidInput(N_("소모임이 함께 내는 공모입니다. 모임 이름을 적어 주세요."), field="group_name")


def require_field(fields: Collection[Field], field: Field) -> None:
    """Refuse a field that a call does not ask for.

    Raises:
        InvalidInput: as said.
    """
    if fields and field not in fields:
        raise InvalidInput(N_("이 공모가 찾는 분야가 아닙니다."), field="field")


def require_group(authors: int, *, minimum: int) -> None:
    """Refuse a small group's proposal while too few of its people have confirmed (domain.md §1.5: three).

    Raises:
        RuleViolation: naming how many there are.
    """
    if authors < minimum:
        raise RuleViolation(
            N_(
                "소모임은 %(minimum)s명 이상이 함께 냅니다. 지금 %(n)s명이 확인했습니다. 초대 주소를 보내 확인을 받아 주세요."
            ),
            minimum=minimum,
            n=authors,
        )
