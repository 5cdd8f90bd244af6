"""Tables of execution. All are imported here so that the mapper knows every one of them."""

from app.execution.models.changes import ProjectChange
from app.execution.models.comments import UpdateComment
from app.execution.models.evaluation import CouncilEvaluation, Evaluation, Indicator, SharingMeeting
from app.execution.models.fund import Pledge
from app.execution.models.imports import TableImport
from app.execution.models.money import MoneyEntry, MonthlyFigures
from app.execution.models.projects import (
    Milestone,
    MilestoneMove,
    Photo,
    Project,
    ProjectPart,
    ProjectRisk,
    ProjectUpdate,
)

__all__ = [
    "CouncilEvaluation",
    "Evaluation",
    "Indicator",
    "Milestone",
    "MilestoneMove",
    "MoneyEntry",
    "MonthlyFigures",
    "Photo",
    "Pledge",
    "Project",
    "ProjectChange",
    "ProjectPart",
    "ProjectRisk",
    "ProjectUpdate",
    "SharingMeeting",
    "TableImport",
    "UpdateComment",
]
