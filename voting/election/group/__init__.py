"""Prime-order groups in which the discrete logarithm is hard: one interface, one implementation per file."""
