"""The public record: one append-only, hash-chained list per place of every binding act.

`services.append` is called inside the transaction of the act itself, so that an act without its entry, or an entry
without its act, cannot exist. Entries name roles, never people. Used by all concepts, uses none.
"""
