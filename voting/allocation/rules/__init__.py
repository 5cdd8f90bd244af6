"""The counting rules, one file each."""
