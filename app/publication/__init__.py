"""To the head and back: the plan is sent, answered section by section, confirmed, and published with its disclosure."""
