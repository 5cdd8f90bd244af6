"""The cycle: a dong's village-plan year as a state machine over eight stages (domain.md §1.4).

Stages open and close at planned Korean instants, by a job. A stage cannot close while its duty is undone: later
concepts offer their duties to `gates`, and the cycle reads them without knowing who they are.
"""
