"""The assembly day: people come in, the chair opens and closes the items of the agenda, the hall speaks and decides.

Who is there is counted against the quorum of the ordinance and shown to nobody by name. Votes of the plan stay in the
booth and at the stations; what the floor decides by hand or by stickers is counted by two people who do not see each
other's numbers. The minutes are drafted from what happened, confirmed by chair and secretary, and hashed into the record.
"""
