"""The desk: what is due for this person, by deadline, across everything. Reads all concepts, is read by none."""
