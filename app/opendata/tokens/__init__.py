"""Tokens: how a machine that reads the API often says who it belongs to, so that it may ask more often.

A token opens nothing that is not public. It is made by the staff of a place for one named purpose, lives a year at most, is
shown once and kept as a hash, and can be revoked.
"""
