"""An election from the shell, one command per module (``python -m voting --help``)."""
