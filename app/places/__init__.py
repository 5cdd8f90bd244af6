"""Places: city ▸ district ▸ dong (▸ village ▸ alley), and the ordinance settings that each inherits or overrides.

One installation holds many municipalities. Everything else in the application belongs to a place, and a place sees only
its own private things. `rules` knows the kinds and slugs, `settings` every rule that ordinances vary.
"""
