"""The web application: one package per concept of the village-plan cycle, layered inside by file name."""
