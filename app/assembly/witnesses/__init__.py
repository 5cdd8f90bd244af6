"""Witnesses of the ballot box: others who remember its newest head, so that nobody can show different boxes to different people.

A place names its witnesses with their keys; the election binds them when it opens. Every minute or so a head of the board's
log is put before them (`models.BoardHead`). Each of them comes by itself, checks that the head continues the last one that it
signed, and leaves a cosignature; no request ever leaves this server. With enough cosignatures a receipt does not rest on the
server's word any more. The other half of the work is `voting.log.following`.
"""
