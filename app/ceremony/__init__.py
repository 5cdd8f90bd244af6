"""Ceremonies of an election: who makes the key and the codes, who confirms the opening, who opens the sums.

Trustees (열쇠 지기) make a key together in their own browsers, a credential authority (번호 관리인) makes the voting codes in
its own, two people confirm everything before it is frozen, and after closing enough trustees open the sums. The server
carries messages and checks every one of them; it never holds a secret of anybody. Nobody here has an account: a seat is
taken by a link whose secret stands behind the ``#`` of its address.
"""
