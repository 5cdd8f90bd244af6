"""The view from above: all dongs of a district, a city, or of everywhere, side by side and over the years.

Everything that is public of a dong's year is counted once per year (`DongFigures`), kept fresh by a job, and shown, compared
and exported from there. Where a figure passes a threshold of the place, an alert is raised and answered in public; monitors
visit, check a list, and note findings that the dong answers.
"""
