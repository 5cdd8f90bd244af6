"""People: accounts, verified residents, roles per place, second factors, revocable sign-ins.

An account is not a vote: whether somebody may take part follows from a verification against the voter roll, and what
they may do for a place follows from the roles granted there or above. `login` is the only module that knows Flask-Login.
"""
