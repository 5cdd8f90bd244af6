"""Use cases of places: `tree` adds and renames them, `settings` decides what their ordinances say."""
