"""Why each project was funded or not, in one Korean and one English sentence with its numbers."""
