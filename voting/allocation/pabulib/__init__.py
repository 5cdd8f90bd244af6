"""Pabulib's ``.pb`` files: read with tolerance, written strictly.

The format (Stolicki, Szufa and Talmon 2020, "Pabulib: A Participatory Budgeting Library") is three ``;``-separated
tables in one text file: META (key;value), PROJECTS (one row each) and VOTES (one row per voter).
"""
