"""Grants for residents' small groups (주민소모임 지원): a round, groups that apply, the council's decision, the report.

Three neighbours or more who confirm themselves ask for a little money for a year's doing; the council decides, the money
becomes a project with its ledger (`app.execution`), and the group reports what it did and spent. The public sees names
and sums of groups that were granted something, never the people in them.
"""
