"""The key ceremony of threshold trustees, step by step. Pure; the server only carries messages.

1. Each member publishes a certificate (`voting.election.trustees.pki.make_certificate`).
2. Everybody checks all certificates (`roster`).
3. Each member draws a polynomial and publishes a *commitment* to its coefficients (`polynomial`).
4. When all commitments are there, each member acknowledges the whole list and publishes the polynomial (`commitment`).
5. Each member receives the others' messages (`polynomial`), checks them all and computes its key (`keys`);
   a share that does not fit is complained about with evidence (`shares`), and the ceremony
   starts anew without its sender.
6. Everything public is put together and checked (`keys`).

Steps 3 and 4 are an addition to the protocol, invisible to other tools. Without them the last member to publish sees
everybody else's coefficients first and can choose its own so that the election key comes out as it likes
(R. Gennaro et al., "Secure distributed key generation for discrete-log based cryptosystems", 1999). With them the
choice is fixed before anything is seen; and since every member signs the complete list of commitments before
revealing, nobody can show different lists to different members either.

A member keeps nothing but its seed. All it must remember comes back to it encrypted to itself.
"""
