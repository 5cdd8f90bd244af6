"""Use cases of the assembly, by task: preparing, opening, casting, counting. `board` keeps the chain."""
