"""SELECTs of the public inspection: its opinions, what others ask of it, its report."""
