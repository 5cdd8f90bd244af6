"""Elections ahead: when they are, what offices may not do before them (공직선거법 art. 86), what the law excepts."""
