"""Use cases of ceremonies, by task: seating, publishing, preparing the opening, counting."""
