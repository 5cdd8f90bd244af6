"""Use cases of the resource survey, by task: `surveying`, `picturing`, `listing`, `grounding`."""
