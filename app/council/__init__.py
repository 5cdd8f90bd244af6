"""The residents' council (주민자치회): its terms, members, committees, meetings, training, and how people come into it.

A call is announced, residents take the course and apply, a clerk checks each application against the ordinance (the
settings), objections are answered; then the list is frozen and drawn (`app.draw`), appointed by the head within the
clocks, and published. Vacancies are filled from the reserves of the same draw. Whatever ordinances vary is a setting.
"""
