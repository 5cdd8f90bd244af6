"""Execution: the promises of the assembly as projects, with milestones, money, updates, completion and evaluation.

Money is an append-only ledger, hash-chained per project; a mistake is corrected by a counter-entry. Dates that slipped
stay visible beside the new ones.
"""
