"""Tables of the council: its people, its calls, its meetings, its school, its dismissals."""

from app.council.models.calls import (
    Application,
    ApplicationObjection,
    CallQuota,
    CallTrack,
    DocumentSeen,
    DrawCommittee,
    DrawCommitteeMember,
    DrawWitness,
    OpenCall,
)
from app.council.models.dismissals import DismissalMotion, DismissalSignature
from app.council.models.meetings import CouncilMeeting, MeetingAttendance, MeetingDecision, MeetingItem, Recusal
from app.council.models.members import (
    AppointmentList,
    Committee,
    CommitteeMember,
    Council,
    CouncilMember,
    CouncilOfficer,
    CouncilTerm,
    Vacancy,
)
from app.council.models.training import (
    TrainingAttendance,
    TrainingCourse,
    TrainingCredit,
    TrainingEnrolment,
    TrainingSession,
)

__all__ = [
    "Application",
    "ApplicationObjection",
    "AppointmentList",
    "CallQuota",
    "CallTrack",
    "Committee",
    "CommitteeMember",
    "Council",
    "CouncilMeeting",
    "CouncilMember",
    "CouncilOfficer",
    "CouncilTerm",
    "DismissalMotion",
    "DismissalSignature",
    "DocumentSeen",
    "DrawCommittee",
    "DrawCommitteeMember",
    "DrawWitness",
    "MeetingAttendance",
    "MeetingDecision",
    "MeetingItem",
    "OpenCall",
    "Recusal",
    "TrainingAttendance",
    "TrainingCourse",
    "TrainingCredit",
    "TrainingEnrolment",
    "TrainingSession",
    "Vacancy",
]
