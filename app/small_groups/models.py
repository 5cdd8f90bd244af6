"""Tables of small-group grants: rounds, groups, applications and their people, sheets, objections, reports with receipts."""

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assembly.objections.rules import Finding, receipt_of
from app.council.models import CouncilMeeting
from app.council.rules.meetings import RecusalKind
from app.cycle.models import Cycle
from app.db.base import Base, Versioned
from app.db.types import EnumText, Won
from app.execution.models import Project
from app.files.models import StoredFile
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.plan.rules import FundSource
from app.privacy.encryption import SealedText
from app.privacy.sealing import SealedRow, sealed_column
from app.small_groups.rules.applications import BudgetLine, State
from app.small_groups.rules.objections import Denied, Standing, standing_of
from app.small_groups.rules.reports import Reminder, ReportState
from app.small_groups.rules.rounds import Terms


class GrantRound(Versioned, Base):
    """A round of grants of a dong and year: what is given, to how many, until when one may ask for it."""

    __tablename__ = "grant_rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"), index=True)
    once: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    legal_basis: Mapped[str] = mapped_column(String(200))
    source: Mapped[FundSource] = mapped_column(EnumText(FundSource))
    envelope_won: Mapped[Won]
    max_won: Mapped[Won]
    most_groups: Mapped[int]
    min_people: Mapped[int]
    """As the setting said when the round was announced; a later change does not move the goal."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    report_due_on: Mapped[date]
    announced_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    announced_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("council_meetings.id"), index=True)
    """Where the council decided."""
    body: Mapped[str] = mapped_column(String(80), default="")
    """Which body decided, where the dong has no council of its own in the system."""
    decided_on: Mapped[date | None]
    concluded_at: Mapped[datetime | None]
    objections_until: Mapped[datetime | None]
    """As the setting said when it was decided; from this instant on no objection is taken."""

    place: Mapped[Place] = relationship()
    cycle: Mapped[Cycle] = relationship()
    meeting: Mapped[CouncilMeeting | None] = relationship()

    @property
    def terms(self) -> Terms:
        """What it promises, as the rules read it."""
        return Terms(
            self.envelope_won, self.max_won, self.most_groups, self.opens_at, self.closes_at, self.starts_on, self.ends_on,
            self.report_due_on,
        )  # fmt: skip

    def is_open(self, at: datetime) -> bool:
        """Tell whether applications are taken at an instant; the closing instant itself is too late."""
        return self.cancelled_at is None and self.opens_at <= at < self.closes_at


class SmallGroup(Base):
    """A group that goes on from year to year; its name is that of its newest application."""

    __tablename__ = "small_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    began_at: Mapped[datetime]

    place: Mapped[Place] = relationship()


class GroupApplication(Versioned, Base):
    """What a group asks for in a round, what was decided about it, and how its grant ended."""

    __tablename__ = "small_group_applications"
    __table_args__ = (
        UniqueConstraint("round_id", "group_id"),
        UniqueConstraint("round_id", "leader_id"),
        UniqueConstraint("round_id", "number"),
        Index("ix_small_group_applications_place_id_state", "place_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("grant_rounds.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("small_groups.id"), index=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    """Who answers for it; never shown to the public."""
    number: Mapped[int | None]
    """Under which the public record speaks of it; given when it is sent in for the first time."""
    state: Mapped[State] = mapped_column(EnumText(State))
    name: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(Text)
    months: Mapped[dict[str, str]] = mapped_column(JSON)
    """Month (JSON knows only words: "3") to what is done in it."""
    lines: Mapped[list[dict[str, str | int]]] = mapped_column(JSON)
    """``what`` and ``won`` of each line of the budget."""
    asked_won: Mapped[Won]
    mailed: Mapped[int] = mapped_column(default=0)
    """How many invitations were sent by mail."""
    begun_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    checked_at: Mapped[datetime | None]
    failures: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Codes of `Criterion` that it does not meet."""
    check_reason: Mapped[str] = mapped_column(Text, default="")
    granted_won: Mapped[Won] = mapped_column(default=0)
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    score_sum: Mapped[int] = mapped_column(default=0)
    score_count: Mapped[int] = mapped_column(default=0)
    recused: Mapped[int] = mapped_column(default=0)
    """How many council members did not decide on it."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    """Who wrote the decision down."""
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), unique=True)
    paid_on: Mapped[date | None]
    """The day of the newest payment."""
    paid_won: Mapped[Won] = mapped_column(default=0)
    """What was handed over; less than was granted until it is paid, and again after an objection brought more."""
    report_due_on: Mapped[date | None]
    reminded: Mapped[Reminder | None] = mapped_column(EnumText(Reminder))
    ended_on: Mapped[date | None]
    """When the grant was settled, given up, or taken back."""
    end_reason: Mapped[str] = mapped_column(Text, default="")

    place: Mapped[Place] = relationship()
    round: Mapped[GrantRound] = relationship()
    group: Mapped[SmallGroup] = relationship()
    leader: Mapped[Person] = relationship(foreign_keys=[leader_id])
    project: Mapped[Project | None] = relationship()
    people: Mapped[list["GroupPerson"]] = relationship(back_populates="application", order_by="GroupPerson.id")
    report: Mapped["GroupReport | None"] = relationship(back_populates="application", uselist=False)
    objection: Mapped["GrantObjection | None"] = relationship(back_populates="application", uselist=False)

    @property
    def denied(self) -> Denied:
        """What was denied of what it asks for, as the rules read it."""
        return Denied(self.state, self.asked_won, self.granted_won)

    @property
    def owed_won(self) -> int:
        """What was granted and is not handed over yet."""
        return self.granted_won - self.paid_won if self.state is State.GRANTED else 0

    @property
    def granted_on(self) -> date | None:
        """The day from which its money may be spent: that of the round, or of the new decision that granted it first."""
        found = self.objection
        if found is not None and found.decided_on is not None and not found.before_won:
            return found.decided_on
        return self.round.decided_on

    @property
    def decided_on(self) -> date | None:
        """The day of the newest decision about it."""
        found = self.objection
        return found.decided_on if found is not None and found.decided_on is not None else self.round.decided_on

    @property
    def budget(self) -> list[BudgetLine]:
        """The budget as the rules read it."""
        return [BudgetLine(str(line["what"]), int(line["won"])) for line in self.lines]

    @property
    def plan(self) -> list[tuple[int, str]]:
        """Month and what is done in it, in the order of the round."""
        return [(month, self.months[str(month)]) for month in self.round.terms.months if str(month) in self.months]

    @property
    def mean_score(self) -> Fraction | None:
        """The mean of the council's sheets, out of 20."""
        return Fraction(self.score_sum, self.score_count) if self.score_count else None


class GroupPerson(Base):
    """Somebody confirmed themselves that they belong to a group. Left, never deleted; only the count is public."""

    __tablename__ = "small_group_people"
    __table_args__ = (UniqueConstraint("application_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("small_group_applications.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    confirmed_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    application: Mapped[GroupApplication] = relationship(back_populates="people")
    person: Mapped[Person] = relationship()


class GroupInvitation(Base):
    """An address that invites into a group; only the hash of its word is kept, and no address it was mailed to."""

    __tablename__ = "small_group_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("small_group_applications.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    is_personal: Mapped[bool]
    """Mailed to one person: one may confirm with it. Otherwise it is handed on until another is made."""
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    application: Mapped[GroupApplication] = relationship()


class ScoreSheet(Base):
    """What one council member thinks of an application, in marks; changed until the council has decided."""

    __tablename__ = "small_group_scores"
    __table_args__ = (UniqueConstraint("application_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("small_group_applications.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    marks: Mapped[dict[str, int]] = mapped_column(JSON)
    scored_at: Mapped[datetime]

    @property
    def total(self) -> int:
        """All marks together."""
        return sum(self.marks.values())


class GrantRecusal(Base):
    """A council member who does not decide on an application: belongs to the group, or stands back (제척·회피)."""

    __tablename__ = "small_group_recusals"
    __table_args__ = (UniqueConstraint("application_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("small_group_applications.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[RecusalKind] = mapped_column(EnumText(RecusalKind))
    noted_at: Mapped[datetime]


class GrantObjection(SealedRow, Versioned, Base):
    """A group's objection to what was decided about its application: one, answered once and in public.

    Its words are for the group, staff and council; the public sees its receipt, the answer and what was decided anew.
    """

    __tablename__ = "grant_objections"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("small_group_applications.id"), unique=True)
    once: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    """Who led the group then."""
    body: Mapped[SealedText | None] = sealed_column()
    received_at: Mapped[datetime]
    due_at: Mapped[datetime]
    before_state: Mapped[State] = mapped_column(EnumText(State))
    before_won: Mapped[Won]
    before_reason: Mapped[str] = mapped_column(Text)
    """What it objects to, as it was: the application itself says what holds now."""
    finding: Mapped[Finding | None] = mapped_column(EnumText(Finding))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_as: Mapped[Role | None] = mapped_column(EnumText(Role))
    """In which role; the public sees it, not who it was."""
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("council_meetings.id"), index=True)
    council: Mapped[str] = mapped_column(String(80), default="")
    """Which body decided anew, where the dong has no council of its own in the system."""
    decided_on: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    new_won: Mapped[Won] = mapped_column(default=0)
    """What the council granted anew, in all."""
    recused: Mapped[int] = mapped_column(default=0)
    lapsed_at: Mapped[datetime | None]

    application: Mapped[GroupApplication] = relationship(back_populates="objection")
    meeting: Mapped[CouncilMeeting | None] = relationship()

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        return standing_of(self.finding, is_decided=self.decided_at is not None, is_lapsed=self.lapsed_at is not None)

    @property
    def receipt(self) -> str:
        """The number under which it is found again: one objection an application, so the application's number serves."""
        row = self.application
        return receipt_of(row.round.cycle.year, row.place.slug, row.number or 0, series=f"SG{row.round_id}-")


class GroupReport(Versioned, Base):
    """What a group says it did and spent. Public once it was accepted; receipts never are."""

    __tablename__ = "small_group_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("small_group_applications.id"), unique=True)
    state: Mapped[ReportState] = mapped_column(EnumText(ReportState))
    did: Mapped[str] = mapped_column(Text, default="")
    meetings: Mapped[int] = mapped_column(default=0)
    """How often they met."""
    attendance: Mapped[int] = mapped_column(default=0)
    """How many took part over all meetings."""
    begun_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    """What must be corrected; read by the group."""
    spent_won: Mapped[Won] = mapped_column(default=0)
    """As accepted."""

    application: Mapped[GroupApplication] = relationship(back_populates="report")
    receipts: Mapped[list["Receipt"]] = relationship(order_by="Receipt.spent_on, Receipt.id")
    photos: Mapped[list["ReportPhoto"]] = relationship(order_by="ReportPhoto.id")

    @property
    def counted_receipts(self) -> list["Receipt"]:
        """Those that are there and were not struck out."""
        return [receipt for receipt in self.receipts if receipt.removed_at is None and not receipt.struck_reason]

    @property
    def receipts_won(self) -> int:
        """The receipts that count, added up."""
        return sum(receipt.won for receipt in self.counted_receipts)


class Receipt(Base):
    """Money that was spent, with the paper that shows it: for the group and the staff only, papers carry names."""

    __tablename__ = "small_group_receipts"
    __table_args__ = (UniqueConstraint("report_id", "once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("small_group_reports.id"))
    once: Mapped[str] = mapped_column(String(64))
    line: Mapped[str] = mapped_column(String(40))
    """Which line of the budget it belongs to."""
    what: Mapped[str] = mapped_column(String(100))
    won: Mapped[Won]
    spent_on: Mapped[date]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), unique=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    struck_reason: Mapped[str] = mapped_column(String(200), default="")
    """Why the staff do not count it."""

    report: Mapped[GroupReport] = relationship(back_populates="receipts")
    file: Mapped[StoredFile] = relationship()


class ReportPhoto(Base):
    """A photo of what was done; public with the accepted report."""

    __tablename__ = "small_group_photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("small_group_reports.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), unique=True)
    text: Mapped[str] = mapped_column(String(200))
    """What it shows, for those who do not see it."""
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    report: Mapped[GroupReport] = relationship(back_populates="photos")
    file: Mapped[StoredFile] = relationship()
