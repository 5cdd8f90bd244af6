"""Objections to a result (이의신청): a receipt, a clock, published answers; and the end of the link to people.

While somebody may object, it must be possible to find out who had which credential. When the period is over and every
objection is answered, that link is destroyed, and a certificate of it goes into the public record.
"""
