"""The resource survey (자원조사): what a dong has, found by those who live there, as a list and on a map.

People with a craft, places, organisations, shops, spaces: added by members of the planning group, the council and staff, seen
by a second pair of eyes before the public sees them, exported and imported as CSV and GeoJSON. The ground of every map of the
dong (outline, roads, water) is GeoJSON that the place has given itself; nothing is asked from any other host.
"""
