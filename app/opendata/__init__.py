"""What is public, for machines: the versioned API with its OpenAPI document, and whole municipalities as archives.

The API (``/api/v1``) reads what the overview shows. An archive (`archive`) holds the places, rules, years, projects, ledgers,
visits and public records of a municipality; read into an empty installation it makes the same archive again, byte by byte,
and it is refused when a ledger or a record in it was changed.
"""
