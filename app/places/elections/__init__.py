"""Elections ahead: when they are, what offices may not do before them (공직선거법 art. 86), what the law excepts.

Regular elections are reckoned from the law; by-elections are written down by staff of the district or the city.
"""
