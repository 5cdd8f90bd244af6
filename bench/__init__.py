"""Measurements (``make bench``). Figures belong in docs/performance.md with their date and machine."""
