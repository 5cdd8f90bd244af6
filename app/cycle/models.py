"""Tables of cycles and their stages."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cycle.rules import STAGES, Stage, StageState
from app.db.base import Base, Versioned
from app.db.types import EnumText
from app.places.models import Place


class Cycle(Versioned, Base):
    """One village-plan year of a dong."""

    __tablename__ = "cycles"
    __table_args__ = (UniqueConstraint("place_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    year: Mapped[int]
    """The year in which the plan is carried out."""
    template: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]

    place: Mapped[Place] = relationship()
    stages: Mapped[list["CycleStage"]] = relationship(
        back_populates="cycle", lazy="selectin", order_by="CycleStage.number", cascade="all, delete-orphan"
    )

    def stage(self, stage: Stage) -> "CycleStage":
        """Return the row of one stage."""
        return self.stages[STAGES.index(stage)]

    @property
    def current(self) -> "CycleStage":
        """Return the open stage; before the first opens the first, after the last closes the last."""
        for row in self.stages:
            if row.state is not StageState.CLOSED:
                return row
        return self.stages[-1]

    @property
    def is_over(self) -> bool:
        """Tell whether the year is history: its last stage has closed, and everything in it is only read."""
        return self.stages[-1].state is StageState.CLOSED

    def is_open(self, stage: Stage) -> bool:
        """Tell whether a stage is open; past its last day its duties are still being done."""
        return self.stage(stage).state is StageState.OPEN

    def is_running(self, stage: Stage, at: datetime) -> bool:
        """Tell whether people may take part in a stage: it is open and its last instant has not passed."""
        row = self.stage(stage)
        return row.state is StageState.OPEN and at < row.closes_at


class CycleStage(Base):
    """One stage of a cycle: planned instants, and when it really opened and closed."""

    __tablename__ = "cycle_stages"
    __table_args__ = (UniqueConstraint("cycle_id", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id"))
    stage: Mapped[Stage] = mapped_column(EnumText(Stage))
    number: Mapped[int]
    opens_at: Mapped[datetime]
    """Planned: midnight in Korea of the first day."""
    closes_at: Mapped[datetime]
    """Planned: midnight in Korea after the last day."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    cycle: Mapped[Cycle] = relationship(back_populates="stages")

    @property
    def state(self) -> StageState:
        """Return planned, open or closed."""
        if self.closed_at is not None:
            return StageState.CLOSED
        return StageState.PLANNED if self.opened_at is None else StageState.OPEN
