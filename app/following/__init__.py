"""Following: who wants to hear what becomes of an agenda, a round, a project or a dong, and how they hear it.

Everything that is told comes from the public record, so nothing is told that is not public: a hidden round leaks nothing
here. A job spreads an act to its followers; they read it on the site, or in a mail once a day or a week that one click
ends. The same acts are offered as Atom feeds and the meetings as a calendar. A resident finds what they have proposed,
signed, said and supported on a page of their own.
"""
