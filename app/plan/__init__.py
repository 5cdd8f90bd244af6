"""The village plan: items with costs and sources, reviewed by departments, frozen as a version for inspection.

An item comes from one or more proposals. A version is canonical bytes with a hash: what is inspected, voted on and
carried out is always a version, never the working text.
"""
