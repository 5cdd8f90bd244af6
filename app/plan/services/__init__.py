"""Use cases of the plan, by task: drafting, reviewing, freezing."""
