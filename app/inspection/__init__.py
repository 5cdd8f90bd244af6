"""Public inspection (주민공람): a frozen version, opinions with receipts, and exactly one answer to each."""
