"""Forms of the agenda, by task."""

from app.agenda.forms.proposals import (
    TOO_SHORT,
    EditProposalForm,
    FilterForm,
    MeetingForm,
    MergeForm,
    MinutesForm,
    ProposalForm,
    ReasonForm,
    StaffProposalForm,
    SynonymsForm,
    minutes_form_for,
)

__all__ = [
    "EditProposalForm",
    "FilterForm",
    "MeetingForm",
    "MergeForm",
    "MinutesForm",
    "ProposalForm",
    "ReasonForm",
    "StaffProposalForm",
    "SynonymsForm",
    "TOO_SHORT",
    "minutes_form_for",
]
