"""Use cases of the draw, by task: setting up, freezing, publishing and aborting, the ceremony, what comes after."""
