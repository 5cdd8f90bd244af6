"""SELECTs about opinion rounds, by task."""
