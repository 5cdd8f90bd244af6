"""SELECTs of execution: the board, the money, the looking back, and what the cycle, the life line and the desk ask."""
