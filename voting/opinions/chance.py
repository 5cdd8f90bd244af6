"""Seeded uniform numbers that stay the same across machines and versions of numpy.

Only the raw 64-bit output of a bit generator and the hashing of `numpy.random.SeedSequence` are promised to stay as they
are (NEP 19); the methods of ``Generator`` are not. A frozen run must be recomputable in ten years, so only those two are used.
"""

from enum import IntEnum

import numpy as np

from voting.opinions.votes import Floats


class Purpose(IntEnum):
    """What a stream of chance is for; streams of different purposes are independent."""

    COMPONENTS = 1
    CLUSTERS = 2
    RESAMPLING = 3


def uniforms(seed: int, purpose: Purpose, number: int, *, size: int) -> Floats:
    """Return ``size`` doubles in [0, 1), a function of the arguments alone.

    Args:
        seed: a non-negative integer of any size.
        purpose: what they are for.
        number: which of the streams of that purpose.
        size: how many.
    """
    generator = np.random.PCG64(np.random.SeedSequence([seed, int(purpose), number]))
    raw = np.asarray(generator.random_raw(size), dtype=np.uint64)
    return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53
