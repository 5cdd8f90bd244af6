"""Voting without a telephone: stations where somebody is found on the roll and gets paper, stickers or a voting card.

A person votes once, whatever the way: the check-in and the electronic box look at each other under one lock, and what
comes first counts (a rule that the election binds before it opens). Boxes are counted by two people independently; a
station closes only when every paper is accounted for, and nothing is decrypted before all stations have closed.
"""
