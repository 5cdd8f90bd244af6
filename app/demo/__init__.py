"""The demonstration: real agenda titles and vote counts (published pages), everything else made up and marked as such.

Never loaded outside demo mode. ``python -m app.demo.run`` (``make run``) prepares and serves it.
"""
