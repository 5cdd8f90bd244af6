"""Use cases of the public inspection, by task: receiving, releasing, answering, grouping, running, ending."""
