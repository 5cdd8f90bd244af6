"""The planning group (마을계획단): the residents who write the village plan of a year together.

A call is announced, residents apply, the council or staff takes them in (or says why not), and the members form sub-groups
(분과, 모둠) with a topic and a lead. Only public names are shown; why somebody wants to join is read by those who decide, and
erased when they have.
"""
