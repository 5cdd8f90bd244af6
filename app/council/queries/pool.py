"""Who may be drawn in a call: the pool as the draw sees it, and the members who stay."""

from dataclasses import dataclass

from sqlalchemy import Select, or_, select

from app.council.models import Application, CouncilMember, OpenCall
from app.council.rules.calls import SEX_LABELS, ApplicationState, identity_parts
from app.council.rules.membership import MemberState
from app.db.session import session
from app.places.queries import setting
from app.privacy.sealing import reveal
from voting.lottery import identity_commitment


@dataclass(frozen=True)
class FrozenCandidate:
    """A candidate as the draw sees them: a number, public features, nothing that names anybody.

    Attributes:
        number: the public number, ``0001``.
        track: name of the way in, as in the call.
        sex: ``여`` or ``남``, as published.
        age: age band on the reference day, ``50대``.
        area: area of the dong; empty where the call has none.
        household: names the shared home (``가구 3``) where the ordinance takes one of each; None for everybody else.
        identity: salted commitment to name and birth date (`voting.lottery.identity_commitment`), 64 hex digits.
    """

    number: str
    track: str
    sex: str
    age: str
    area: str
    household: str | None
    identity: str

    @property
    def values(self) -> dict[str, str]:
        """The features by name, as quotas speak of them: ``track``, ``sex``, ``age``, ``area``."""
        return {"track": self.track, "sex": self.sex, "age": self.age, "area": self.area}


def candidates(call: OpenCall) -> tuple[FrozenCandidate, ...]:
    """Return everybody who may be drawn in a call, by number.

    Once the call is frozen this no longer changes until the draw, but for an upheld objection, which opens it again.
    After the draw it still returns the same people: states say what became of them.
    """
    drawn = {
        ApplicationState.ELIGIBLE, ApplicationState.SELECTED, ApplicationState.RESERVE, ApplicationState.APPOINTED,
        ApplicationState.DECLINED, ApplicationState.EXPIRED,
    }  # fmt: skip
    rows = session().scalars(
        select(Application)
        .where(Application.call_id == call.id, Application.state.in_(drawn))
        .order_by(Application.number)
    )
    names = {track.code: track.name for track in call.tracks}
    one_of_a_home = setting(call.place, "council.one_per_household")
    return tuple(_candidate(row, names, one_of_a_home=one_of_a_home) for row in rows)


def _candidate(row: Application, tracks: dict[str, str], *, one_of_a_home: bool) -> FrozenCandidate:
    return FrozenCandidate(
        number=row.number,
        track=tracks.get(row.track, row.track),
        sex=SEX_LABELS[row.sex.value] if row.sex is not None else "",
        age=row.age_band,
        area=row.area,
        household=f"가구 {row.household}" if one_of_a_home and row.household is not None else None,
        identity=commitment_to(row),
    )


def commitment_to(application: Application) -> str:
    """Return the salted commitment to an applicant's name and birth date that the bundle publishes.

    Empty once the details were blanked.
    """
    name, born = reveal(application, Application.legal_name), reveal(application, Application.birth_date)
    salt = reveal(application, Application.identity_salt)
    if not (name and born and salt):
        return ""
    clean, birth_date = identity_parts({"name": name, "birth_date": born})
    return identity_commitment(number=application.number, name=clean, birthdate=birth_date, salt=salt)


def identity_of_applicant(application: Application) -> dict[str, str]:
    """Return what the applicant needs to recompute their commitment; for their own eyes only."""
    name, born = reveal(application, Application.legal_name) or "", reveal(application, Application.birth_date) or ""
    clean, birth_date = identity_parts({"name": name, "birth_date": born})
    return {
        "number": application.number,
        "name": clean,
        "birthdate": birth_date,
        "salt": reveal(application, Application.identity_salt) or "",
    }


def sitting_values(call: OpenCall) -> tuple[dict[str, str], ...]:
    """Return the features of the members who stay, for a supplement (`voting.lottery.supplement`) or after renewals.

    A member whose feature is not known has an empty value there: it counts towards no quota.
    """
    rows = session().scalars(
        select(CouncilMember)
        .where(
            CouncilMember.term_id == call.term_id,
            CouncilMember.state.in_([MemberState.SERVING, MemberState.NOMINATED]),
        )
        .where(or_(CouncilMember.application_id.is_(None), CouncilMember.application_id.not_in(_of_call(call))))
        .order_by(CouncilMember.id)
    )
    return tuple(
        {
            "track": row.track,
            "sex": SEX_LABELS[row.sex.value] if row.sex is not None else "",
            "age": row.age_band,
            "area": row.area,
        }
        for row in rows
    )


def _of_call(call: OpenCall) -> Select[int]:
    return select(Application.id).where(Application.call_id == call.id)
