"""Opinion rounds: a question to the village, statements of one idea each, and what everybody says to them.

A round has seeds and a period. People answer one statement at a time (agree, worry, not sure) and may add their own,
which are looked through before they are shown. The kernel `voting.opinions` says what the village agrees on; the final
run is frozen and hashed, and a round ends with a conclusion that everybody who took part hears of. Later concepts (live
meetings) open and close statements through `app.deliberation.services.live`.
"""
