"""Where people stand: the opinion space of two principal components.

Missing votes take the column's mean, so the centred matrix is zero where nobody voted and stays sparse: nothing here ever
holds a dense participants × statements matrix. Sums run over the votes in table order (``numpy.bincount``, and
``numpy.einsum`` instead of BLAS), on one thread and in the same order on every machine.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from voting.opinions.chance import Purpose, uniforms
from voting.opinions.votes import Flags, Floats, Integers, VoteTable

Mode: TypeAlias = Literal["madang", "polis"]
"""``madang``: statements out of the analysis are dropped, components converge, clusters are the best of ten seeded
starts. ``polis``: as Polis computes, for comparison with published results."""

POLIS_ITERATIONS = 100
_BLOCK_STEPS = 60
_TOLERANCE = 1e-10
_STILL = 1e-14
_DECIMALS = 9


@dataclass(frozen=True, eq=False)
class Projection:
    """The opinion space and everyone's place in it; agree = +1.

    Attributes:
        used: flag per statement: takes part in the analysis (neither moderated out nor about the person).
        centre: mean vote per statement; 0 for statements not used.
        components: shape (2, statements), orthonormal (zero rows where the votes have no such direction); the largest
            loading of each is positive.
        explained: share of the total variance along each component.
        positions: shape (participants, 2).
        statement_positions: shape (statements, 2): where somebody would stand who agreed with that statement only.
        extremity: length of each statement's position.
    """

    used: Flags
    centre: Floats
    components: Floats
    explained: Floats
    positions: Floats
    statement_positions: Floats
    extremity: Floats


@dataclass(frozen=True, eq=False)
class CentredVotes:
    """The mean-imputed, centred matrix: its non-zero cells."""

    rows: Integers
    columns: Integers
    values: Floats
    shape: tuple[int, int]

    def times(self, vector: Floats) -> Floats:
        """Return X·w, one number per participant."""
        return _sums(self.rows, self.values * vector[self.columns], self.shape[0])

    def transposed_times(self, vector: Floats) -> Floats:
        """Return Xᵀ·u, one number per statement."""
        return _sums(self.columns, self.values * vector[self.rows], self.shape[1])

    def gram_times(self, vector: Floats) -> Floats:
        """Return XᵀX·w."""
        return self.transposed_times(self.times(vector))


def project(
    table: VoteTable,
    *,
    used: Flags,
    mode: Mode,
    seed: int,
    people: Flags | None = None,
    start: Floats | None = None,
) -> Projection:
    """Compute the opinion space of a table.

    Args:
        table: the votes.
        used: flag per statement: takes part. In ``polis`` mode the others count as a neutral vote of everyone, in
            ``madang`` mode they do not exist.
        mode: see `Mode`.
        seed: decides the starting vectors, which matters only if the variance has no two leading directions.
        people: flag per participant: shapes the space; the others' rows are zero and their positions meaningless.
        start: shape (2, statements): components of a nearby table, to begin from.
    """
    height, width = table.shape
    votes = used[table.columns]
    if people is not None:
        votes &= people[table.rows]
    rows, columns = table.rows[votes], table.columns[votes]
    values = table.values[votes].astype(np.float64)
    seen = np.bincount(columns, minlength=width)
    centre = np.bincount(columns, values, minlength=width) / np.maximum(seen, 1)
    centred = CentredVotes(rows, columns, values - centre[columns], (height, width))
    if start is None or not start.any(axis=1).all():
        start = _starting_vectors(seed, width)
    components = _oriented((power_iteration if mode == "polis" else leading_components)(centred, start))

    raw = np.stack([centred.times(component) for component in components], axis=1)
    total = float(np.square(centred.values).sum())
    explained = np.square(raw).sum(axis=0) / total if total > 0 else np.zeros(2)
    answered = np.bincount(rows, minlength=height)
    size = int(used.sum())
    if mode == "polis":
        answered, size = answered + (width - size), width
    positions = np.sqrt(size / np.maximum(answered, 1))[:, np.newaxis] * raw
    statements = np.sqrt(size) * ((1.0 - centre) * used)[:, np.newaxis] * components.T
    return Projection(
        used=used,
        centre=centre,
        components=components,
        explained=explained,
        positions=_rounded(positions),
        statement_positions=statements,
        extremity=np.sqrt(np.square(statements).sum(axis=1)),
    )


def power_iteration(centred: CentredVotes, start: Floats) -> Floats:
    """Return two components by at most 100 power iterations each, the second orthogonal to the first (Polis' method).

    Not converged where the two leading variances are close; `leading_components` is.
    """
    found: list[Floats] = []
    for initial in start:
        vector = _orthogonal_to(found, initial)
        for _ in range(POLIS_ITERATIONS):
            before, vector = vector, _normalised(_orthogonal_to(found, centred.gram_times(vector)))
            if np.abs(vector - before).max(initial=0.0) < _STILL:
                break  # Further iterations would change nothing but the last bits.
        found.append(vector)
    return np.stack(found)


def leading_components(centred: CentredVotes, start: Floats) -> Floats:
    """Return two converged components by a block Krylov method with Rayleigh–Ritz.

    The block of two finds both directions even if their variances are equal. Zero rows where the matrix has no second
    (or first) direction. Cf. G. H. Golub, R. Underwood, "The block Lanczos method for computing eigenvalues", 1977.
    """
    width = centred.shape[1]
    if width == 0 or len(centred.values) == 0:
        return np.zeros((2, width))
    basis = np.zeros((0, width))
    images = np.zeros((0, width))
    block = _extension(basis, [_normalised(centred.gram_times(vector)) for vector in start])
    values, vectors = np.zeros(0), np.zeros((0, width))
    for step in range(_BLOCK_STEPS):
        if not len(block):
            break  # The basis is invariant: its Ritz vectors are exact.
        fresh = np.stack([centred.gram_times(vector) for vector in block])
        basis, images = np.concatenate([basis, block]), np.concatenate([images, fresh])
        block = _extension(basis, list(fresh))
        if step % 4 == 3 or not len(block):
            values, vectors, residual = _ritz(basis, images)
            if residual <= _TOLERANCE * values[0]:
                break
    else:
        values, vectors, _ = _ritz(basis, images)
    components = np.zeros((2, width))
    if len(values):
        # A direction without variance is rounding noise, not a component.
        real = values > 1e-12 * max(values[0], 0.0)
        components[: len(values)][real] = vectors[real]
    return components


def _sums(index: Integers, values: Floats, size: int) -> Floats:
    # Of no values at all numpy makes whole numbers.
    return np.bincount(index, values, minlength=size).astype(np.float64, copy=False)


def _ritz(basis: Floats, images: Floats) -> tuple[Floats, Floats, float]:
    """Return the two leading Ritz values and vectors of XᵀX on a basis, and the larger residual."""
    projected = np.einsum("ij,kj->ik", basis, images)
    values, weights = np.linalg.eigh((projected + projected.T) / 2)
    leading = weights[:, ::-1][:, :2].T
    chosen = values[::-1][:2]
    vectors = np.einsum("ci,ij->cj", leading, basis)
    residuals = np.einsum("ci,ij->cj", leading, images) - chosen[:, np.newaxis] * vectors
    return chosen, vectors, float(np.sqrt(np.square(residuals).sum(axis=1)).max())


def _extension(basis: Floats, candidates: list[Floats]) -> Floats:
    """Return the candidates' new directions: orthonormal, orthogonal to the basis."""
    fresh: list[Floats] = []
    for candidate in candidates:
        length = float(np.sqrt(np.square(candidate).sum()))
        vector = candidate
        for _ in range(2):  # Twice is enough (Kahan): once loses orthogonality to rounding.
            vector = vector - np.einsum("i,ij->j", np.einsum("ij,j->i", basis, vector), basis)
            vector = _orthogonal_to(fresh, vector)
        rest = float(np.sqrt(np.square(vector).sum()))
        if rest > 1e-10 * length:
            fresh.append(vector / rest)
    return np.stack(fresh) if fresh else np.zeros((0, basis.shape[1]))


def _orthogonal_to(others: list[Floats], vector: Floats) -> Floats:
    for other in others:
        vector = vector - (other * vector).sum() * other
    return vector


def _normalised(vector: Floats) -> Floats:
    length = float(np.sqrt(np.square(vector).sum()))
    return vector / length if length > 0 else vector


def _starting_vectors(seed: int, width: int) -> Floats:
    return uniforms(seed, Purpose.COMPONENTS, 0, size=2 * width).reshape(2, width) - 0.5


def _oriented(components: Floats) -> Floats:
    """Turn each component so that its largest loading is positive, the first of nearly equal ones deciding."""
    turned = components.copy()
    for component in turned:
        size = np.abs(component)
        if len(size) and component[np.argmax(size >= size.max() - 1e-9)] < 0:
            np.negative(component, out=component)
    return turned + 0.0


def _rounded(positions: Floats) -> Floats:
    """Round to nine decimals, so that the last bit of a sum cannot decide a tie between clusters."""
    result: Floats = np.round(positions, _DECIMALS) + 0.0
    return result
