"""Every rule that ordinances vary, as typed settings: what it means, its bounds, its default and legal basis.

Pure: no Flask, no database. `kinds` knows the types and how they are read and written, the modules beside it hold the
definitions by subject, `registry` gathers them. `app.places.queries` answers which value is in force at a place.
"""
