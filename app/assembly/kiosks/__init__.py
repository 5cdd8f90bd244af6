"""Kiosks: tablets of a station, locked to voting, on which people without a telephone cast an encrypted ballot.

A kiosk is a device that staff registered: a ballot counts as cast there because the device's own secret came with it, never
because a page said so. What is on it when the network is gone comes later; until when, the election binds before it opens.
"""
