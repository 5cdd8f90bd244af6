"""Commands of the citizen's verifier that concern allocations: ``count`` and ``explain``."""
