"""The public draw of the council's members: from the frozen list of candidates to the last vacancy filled from it.

The arithmetic is `voting.lottery`; this concept keeps what people do around it. A draw is prepared (a job finds the
fairest chances, or says by how little the quotas would have to give way), frozen under one hash, published for at least
a week, and held once: witnesses hand in the hash of a secret, open it, and six balls come last. Names are in no
published file; each candidate holds the salt that opens their own line.
"""
