"""Participatory-budgeting ballots and counting rules, in exact arithmetic."""
