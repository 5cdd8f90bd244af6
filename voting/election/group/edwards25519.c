/* Public-data arithmetic of edwards25519, for verifying many proofs.
 *
 * Everything here takes time that depends on its input: it must never see a secret. The reference is libsodium through
 * PyNaCl (ed25519.py); this file must agree with it byte by byte, and is optional.
 *
 * Formulae: Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited" (2008), a = -1: complete, so small-order
 * and mixed-order points need no special case. Exponentiations that share a base share one chain of doublings: Yao,
 * "On the evaluation of powers" (1976), with signed windows from the right; the check that a point has order L is one
 * more exponent on the same chain. Field elements are five limbs of 51 bits.
 *
 * No global state, no allocation: safe to call from many threads.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef unsigned __int128 u128;

/* ------------------------------------------------------------------ the field of 2^255 - 19 elements
 * Limbs of a product are below 2^52. A sum or difference of two products stays below 2^54, which `fe_mul` and `fe_sq`
 * still take: 5 · 19 · 2^108 < 2^115, and its carries fit 64 bits. */

typedef struct { uint64_t v[5]; } fe;

#define MASK51 ((1ULL << 51) - 1)

static const fe FE_ZERO = {{0, 0, 0, 0, 0}};
static const fe FE_ONE = {{1, 0, 0, 0, 0}};
/* d = -121665/121666, 2d, and a square root of -1 */
static const fe FE_D = {{0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029, 0x739c663a03cbb, 0x52036cee2b6ff}};
static const fe FE_2D = {{0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052, 0x6738cc7407977, 0x2406d9dc56dff}};
static const fe FE_SQRT_MINUS_ONE = {{0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60, 0x78595a6804c9e, 0x2b8324804fc1d}};

static inline fe fe_add(const fe *a, const fe *b) {
    fe r;
    for (int i = 0; i < 5; i++) r.v[i] = a->v[i] + b->v[i];
    return r;
}

/* a - b + 4p: b may be a sum of two products (limbs below 2^53). */
static inline fe fe_sub(const fe *a, const fe *b) {
    fe r;
    r.v[0] = a->v[0] + 0x1fffffffffffb4ULL - b->v[0];
    for (int i = 1; i < 5; i++) r.v[i] = a->v[i] + 0x1ffffffffffffcULL - b->v[i];
    return r;
}

static inline fe fe_carry(u128 r0, u128 r1, u128 r2, u128 r3, u128 r4) {
    fe r;
    r1 += (uint64_t)(r0 >> 51);
    r2 += (uint64_t)(r1 >> 51);
    r3 += (uint64_t)(r2 >> 51);
    r4 += (uint64_t)(r3 >> 51);
    uint64_t low = ((uint64_t)r0 & MASK51) + 19 * (uint64_t)(r4 >> 51);
    r.v[0] = low & MASK51;
    r.v[1] = ((uint64_t)r1 & MASK51) + (low >> 51);
    r.v[2] = (uint64_t)r2 & MASK51;
    r.v[3] = (uint64_t)r3 & MASK51;
    r.v[4] = (uint64_t)r4 & MASK51;
    return r;
}

static inline fe fe_mul(const fe *a, const fe *b) {
    const uint64_t a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    const uint64_t b0 = b->v[0], b1 = b->v[1], b2 = b->v[2], b3 = b->v[3], b4 = b->v[4];
    const uint64_t c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4;
    return fe_carry((u128)a0 * b0 + (u128)a1 * c4 + (u128)a2 * c3 + (u128)a3 * c2 + (u128)a4 * c1,
                    (u128)a0 * b1 + (u128)a1 * b0 + (u128)a2 * c4 + (u128)a3 * c3 + (u128)a4 * c2,
                    (u128)a0 * b2 + (u128)a1 * b1 + (u128)a2 * b0 + (u128)a3 * c4 + (u128)a4 * c3,
                    (u128)a0 * b3 + (u128)a1 * b2 + (u128)a2 * b1 + (u128)a3 * b0 + (u128)a4 * c4,
                    (u128)a0 * b4 + (u128)a1 * b3 + (u128)a2 * b2 + (u128)a3 * b1 + (u128)a4 * b0);
}

static inline fe fe_sq(const fe *a) {
    const uint64_t a0 = a->v[0], a1 = a->v[1], a2 = a->v[2], a3 = a->v[3], a4 = a->v[4];
    const uint64_t d0 = 2 * a0, d1 = 2 * a1, d2 = 2 * a2, c3 = 19 * a3, c4 = 19 * a4;
    return fe_carry((u128)a0 * a0 + (u128)d1 * c4 + (u128)d2 * c3,
                    (u128)d0 * a1 + (u128)d2 * c4 + (u128)a3 * c3,
                    (u128)d0 * a2 + (u128)a1 * a1 + (u128)(2 * a3) * c4,
                    (u128)d0 * a3 + (u128)d1 * a2 + (u128)a4 * c4,
                    (u128)d0 * a4 + (u128)d1 * a3 + (u128)a2 * a2);
}

static fe fe_sq_times(fe a, int times) {
    while (times--) a = fe_sq(&a);
    return a;
}

static inline uint64_t load64(const uint8_t *s) {
    uint64_t r = 0;
    for (int i = 7; i >= 0; i--) r = r << 8 | s[i];
    return r;
}

/* The low 255 bits, little-endian. */
static fe fe_load(const uint8_t s[32]) {
    const uint64_t a = load64(s), b = load64(s + 8), c = load64(s + 16), d = load64(s + 24);
    fe r = {{a & MASK51, (a >> 51 | b << 13) & MASK51, (b >> 38 | c << 26) & MASK51, (c >> 25 | d << 39) & MASK51,
             (d >> 12) & MASK51}};
    return r;
}

/* The canonical 32 bytes of any representative. */
static void fe_store(uint8_t s[32], const fe *a) {
    fe t = *a;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < 4; i++) {
            t.v[i + 1] += t.v[i] >> 51;
            t.v[i] &= MASK51;
        }
        t.v[0] += 19 * (t.v[4] >> 51);
        t.v[4] &= MASK51;
    }
    /* Now t < 2^255 + 19; add 19 and see whether bit 255 is set, that is t >= p. */
    uint64_t carry = 19;
    for (int i = 0; i < 5; i++) carry = (t.v[i] + carry) >> 51;
    carry *= 19;
    for (int i = 0; i < 5; i++) {
        t.v[i] += carry;
        carry = t.v[i] >> 51;
        t.v[i] &= MASK51;
    }
    const uint64_t words[4] = {t.v[0] | t.v[1] << 51, t.v[1] >> 13 | t.v[2] << 38, t.v[2] >> 26 | t.v[3] << 25,
                               t.v[3] >> 39 | t.v[4] << 12};
    for (int i = 0; i < 32; i++) s[i] = (uint8_t)(words[i / 8] >> (8 * (i % 8)));
}

static int fe_is_zero(const fe *a) {
    uint8_t s[32], any = 0;
    fe_store(s, a);
    for (int i = 0; i < 32; i++) any |= s[i];
    return any == 0;
}

static int fe_equal(const fe *a, const fe *b) {
    fe difference = fe_sub(a, b);
    return fe_is_zero(&difference);
}

static int fe_is_odd(const fe *a) {
    uint8_t s[32];
    fe_store(s, a);
    return s[0] & 1;
}

/* a^(2^250 - 1), the common part of the two exponentiations below; *eleven = a^11. */
static fe fe_power_250(const fe *a, fe *eleven) {
    fe t, u, two = fe_sq(a);
    t = fe_sq_times(two, 2);
    t = fe_mul(&t, a); /* 9 */
    *eleven = fe_mul(&t, &two);
    u = fe_sq(eleven);
    t = fe_mul(&u, &t); /* 2^5 - 1 */
    u = fe_sq_times(t, 5);
    t = fe_mul(&u, &t); /* 2^10 - 1 */
    u = fe_sq_times(t, 10);
    fe ten = t;
    t = fe_mul(&u, &t); /* 2^20 - 1 */
    u = fe_sq_times(t, 20);
    t = fe_mul(&u, &t); /* 2^40 - 1 */
    u = fe_sq_times(t, 10);
    t = fe_mul(&u, &ten); /* 2^50 - 1 */
    fe fifty = t;
    u = fe_sq_times(t, 50);
    t = fe_mul(&u, &t); /* 2^100 - 1 */
    u = fe_sq_times(t, 100);
    t = fe_mul(&u, &t); /* 2^200 - 1 */
    u = fe_sq_times(t, 50);
    return fe_mul(&u, &fifty);
}

/* 1/a = a^(p - 2) = a^(2^255 - 21); the inverse of zero is zero. */
static fe fe_invert(const fe *a) {
    fe eleven, t = fe_power_250(a, &eleven);
    t = fe_sq_times(t, 5);
    return fe_mul(&t, &eleven);
}

/* a^((p - 5) / 8) = a^(2^252 - 3) */
static fe fe_power_252_3(const fe *a) {
    fe eleven, t = fe_power_250(a, &eleven);
    t = fe_sq_times(t, 2);
    return fe_mul(&t, a);
}

/* ------------------------------------------------------------------ points */

typedef struct { fe X, Y, Z, T; } point;              /* x = X/Z, y = Y/Z, T = XY/Z */
typedef struct { fe plus, minus, Z2, T2d; } cached;   /* Y + X, Y - X, 2Z, 2dT: the second operand of an addition */
typedef struct { fe plus, minus, xy2d; } affine_cached; /* the same with Z = 1 */

static const point IDENTITY = {{{0}}, {{1}}, {{1}}, {{0}}};

static inline cached point_cache(const point *p) {
    cached r = {fe_add(&p->Y, &p->X), fe_sub(&p->Y, &p->X), fe_add(&p->Z, &p->Z), fe_mul(&p->T, &FE_2D)};
    return r;
}

static inline void complete(point *r, const fe *E, const fe *F, const fe *G, const fe *H) {
    r->X = fe_mul(E, F);
    r->Y = fe_mul(G, H);
    r->Z = fe_mul(F, G);
    r->T = fe_mul(E, H);
}

/* p ± q */
static inline void point_add(point *r, const point *p, const cached *q, int negative) {
    fe t = fe_sub(&p->Y, &p->X), u = fe_add(&p->Y, &p->X);
    const fe A = fe_mul(&t, negative ? &q->plus : &q->minus), B = fe_mul(&u, negative ? &q->minus : &q->plus);
    const fe C = fe_mul(&p->T, &q->T2d), D = fe_mul(&p->Z, &q->Z2);
    const fe E = fe_sub(&B, &A), H = fe_add(&B, &A), S = fe_add(&D, &C), M = fe_sub(&D, &C);
    complete(r, &E, negative ? &S : &M, negative ? &M : &S, &H);
}

static inline void point_add_affine(point *r, const point *p, const affine_cached *q, int negative) {
    fe t = fe_sub(&p->Y, &p->X), u = fe_add(&p->Y, &p->X);
    const fe A = fe_mul(&t, negative ? &q->plus : &q->minus), B = fe_mul(&u, negative ? &q->minus : &q->plus);
    const fe C = fe_mul(&p->T, &q->xy2d), D = fe_add(&p->Z, &p->Z);
    const fe E = fe_sub(&B, &A), H = fe_add(&B, &A), S = fe_add(&D, &C), M = fe_sub(&D, &C);
    complete(r, &E, negative ? &S : &M, negative ? &M : &S, &H);
}

static inline void point_add_point(point *r, const point *p, const point *q) {
    cached c = point_cache(q);
    point_add(r, p, &c, 0);
}

/* 2p; T of the result only when it is wanted, since the next doubling does not read it. */
static inline void point_double(point *r, const point *p, int with_T) {
    const fe A = fe_sq(&p->X), B = fe_sq(&p->Y), ZZ = fe_sq(&p->Z);
    const fe sum = fe_add(&p->X, &p->Y), S = fe_sq(&sum), ZZ2 = fe_add(&ZZ, &ZZ);
    /* E, F, G, H of the paper, all four negated: every limb stays below 2^54. */
    const fe H = fe_add(&A, &B), E = fe_sub(&H, &S), G = fe_sub(&A, &B), F = fe_add(&ZZ2, &G);
    r->X = fe_mul(&E, &F);
    r->Y = fe_mul(&G, &H);
    r->Z = fe_mul(&F, &G);
    if (with_T) r->T = fe_mul(&E, &H);
}

static inline point point_negate(const point *p) {
    point r = {fe_sub(&FE_ZERO, &p->X), p->Y, p->Z, fe_sub(&FE_ZERO, &p->T)};
    return r;
}

static point point_from_xy(const fe *x, const fe *y) {
    point r = {*x, *y, FE_ONE, fe_mul(x, y)};
    return r;
}

static point point_load(const uint8_t affine[64]) {
    const fe x = fe_load(affine), y = fe_load(affine + 32);
    return point_from_xy(&x, &y);
}

/* RFC 8032 §5.1.3, strict: y below p, no minus zero. Returns 0 when the bytes are no point of the curve. */
static int point_decode(point *r, const uint8_t s[32]) {
    uint8_t canonical[32];
    const fe y = fe_load(s);
    const int sign = s[31] >> 7;
    fe_store(canonical, &y);
    canonical[31] |= (uint8_t)(sign << 7);
    if (memcmp(canonical, s, 32) != 0) return 0;
    const fe yy = fe_sq(&y), dyy = fe_mul(&FE_D, &yy);
    const fe u = fe_sub(&yy, &FE_ONE), v = fe_add(&dyy, &FE_ONE);
    const fe v2 = fe_sq(&v), v3 = fe_mul(&v2, &v), v6 = fe_sq(&v3), v7 = fe_mul(&v6, &v);
    const fe uv7 = fe_mul(&u, &v7), root = fe_power_252_3(&uv7), uv3 = fe_mul(&u, &v3);
    fe x = fe_mul(&uv3, &root);
    const fe xx = fe_sq(&x), vxx = fe_mul(&v, &xx), sum = fe_add(&u, &vxx);
    if (!fe_equal(&u, &vxx)) {
        if (!fe_is_zero(&sum)) return 0;
        x = fe_mul(&x, &FE_SQRT_MINUS_ONE);
    }
    if (fe_is_odd(&x) != sign) {
        if (fe_is_zero(&x)) return 0;
        const fe negative = fe_sub(&FE_ZERO, &x);
        x = fe_mul(&negative, &FE_ONE); /* brings the limbs below 2^52 again */
    }
    *r = point_from_xy(&x, &y);
    return 1;
}

static int point_is_identity(const point *p) { return fe_is_zero(&p->X) && fe_equal(&p->Y, &p->Z); }

/* Affine coordinates of up to BATCH points by one inversion (Montgomery's trick). Z is never zero. */
#define BATCH 128

static void normalize(const point *points, size_t n, fe *x, fe *y) {
    fe before[BATCH], inverse = FE_ONE;
    for (size_t i = 0; i < n; i++) {
        before[i] = inverse;
        inverse = fe_mul(&inverse, &points[i].Z);
    }
    inverse = fe_invert(&inverse);
    for (size_t i = n; i-- > 0;) {
        const fe reciprocal = fe_mul(&inverse, &before[i]);
        inverse = fe_mul(&inverse, &points[i].Z);
        x[i] = fe_mul(&points[i].X, &reciprocal);
        y[i] = fe_mul(&points[i].Y, &reciprocal);
    }
}

static void store_affine(uint8_t affine[64], const fe *x, const fe *y) {
    fe_store(affine, x);
    fe_store(affine + 32, y);
}

/* ------------------------------------------------------------------ exponents
 * Scalars are 32 bytes, little-endian, below 2^253. */

#define WINDOW 5
#define BUCKETS (1 << (WINDOW - 2)) /* odd multiples 1, 3, … 15 */
#define DIGITS 256

typedef struct { int8_t digit[DIGITS]; } naf;

static const uint8_t ORDER[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                  0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                  0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

/* Signed odd digits of at most 15, any two of them at least five places apart. */
static void naf_of(naf *r, const uint8_t scalar[32]) {
    const uint64_t k[5] = {load64(scalar), load64(scalar + 8), load64(scalar + 16), load64(scalar + 24), 0};
    int carry = 0;
    memset(r->digit, 0, DIGITS);
    for (int i = 0; i < DIGITS - 1;) {
        uint64_t bits = k[i / 64] >> (i % 64);
        if (i % 64 > 64 - WINDOW) bits |= k[i / 64 + 1] << (64 - i % 64);
        const int window = (int)(bits & ((1 << WINDOW) - 1)) + carry;
        if (!(window & 1)) {
            i++;
            continue;
        }
        carry = window >= 1 << (WINDOW - 1);
        r->digit[i] = (int8_t)(window - (carry << WINDOW));
        i += WINDOW;
    }
}

/* sum of (2k + 1) · bucket[k] */
static point combine(const point bucket[BUCKETS], unsigned used) {
    point sum = IDENTITY, total = IDENTITY;
    for (int k = BUCKETS - 1; k > 0; k--) {
        if (used >> k & 1) point_add_point(&sum, &sum, &bucket[k]);
        if (used >> k) point_add_point(&total, &total, &sum);
    }
    if (used & 1) point_add_point(&sum, &sum, &bucket[0]);
    point_double(&total, &total, 1);
    point_add_point(&total, &total, &sum);
    return total;
}

/* out[j] = exponent[j] · base, all on one chain of doublings; count at most SHARED. */
#define SHARED 8

static void shared_powers(point *out, const point *base, const naf *const *exponents, int count) {
    point bucket[SHARED][BUCKETS], p = *base;
    unsigned used[SHARED] = {0};
    int last = 0;
    uint8_t wanted[DIGITS + 1] = {0};
    for (int j = 0; j < count; j++)
        for (int i = 0; i < DIGITS; i++)
            if (exponents[j]->digit[i]) {
                wanted[i] = 1;
                if (i > last) last = i;
            }
    for (int i = 0; i <= last; i++) {
        if (wanted[i]) {
            const cached c = point_cache(&p);
            for (int j = 0; j < count; j++) {
                const int digit = exponents[j]->digit[i];
                if (!digit) continue;
                const int k = (digit < 0 ? -digit : digit) >> 1;
                if (used[j] >> k & 1)
                    point_add(&bucket[j][k], &bucket[j][k], &c, digit < 0);
                else
                    bucket[j][k] = digit < 0 ? point_negate(&p) : p;
                used[j] |= 1u << k;
            }
        }
        point_double(&p, &p, wanted[i + 1]);
    }
    for (int j = 0; j < count; j++) out[j] = combine(bucket[j], used[j]);
}

/* Multiples of a fixed base: entry[i][k] = (k + 1) · 256^i · base. */
#define ROWS 32
#define ROW 128

typedef struct { affine_cached entry[ROWS][ROW]; } fixed;

static void fixed_add(point *p, const fixed *table, const uint8_t scalar[32]) {
    int16_t digits[ROWS];
    int carry = 0;
    for (int i = 0; i < ROWS; i++) {
        const int digit = scalar[i] + carry;
        carry = digit > ROW;
        digits[i] = (int16_t)(digit - (carry << 8));
        const int k = digits[i] < 0 ? -digits[i] : digits[i];
        if (k) {
            __builtin_prefetch(&table->entry[i][k - 1]);
            __builtin_prefetch((const char *)&table->entry[i][k - 1] + 64);
        }
    }
    for (int i = 0; i < ROWS; i++) {
        if (digits[i] > 0) point_add_affine(p, p, &table->entry[i][digits[i] - 1], 0);
        if (digits[i] < 0) point_add_affine(p, p, &table->entry[i][-digits[i] - 1], 1);
    }
}

/* Products of powers of bases without tables: left to right, shared doublings. */
static point joint_power(const point *bases, const naf *exponents, int count) {
    cached odd[2][BUCKETS];
    point p = IDENTITY;
    int top = -1;
    for (int j = 0; j < count; j++) {
        point multiple = bases[j], twice;
        point_double(&twice, &bases[j], 1);
        const cached step = point_cache(&twice);
        for (int k = 0; k < BUCKETS; k++) {
            odd[j][k] = point_cache(&multiple);
            point_add(&multiple, &multiple, &step, 0);
        }
        for (int i = DIGITS - 1; i > top; i--)
            if (exponents[j].digit[i]) top = i;
    }
    for (int i = top; i >= 0; i--) {
        int any = i == 0;
        for (int j = 0; j < count; j++) any |= exponents[j].digit[i];
        point_double(&p, &p, any);
        for (int j = 0; j < count; j++) {
            const int digit = exponents[j].digit[i];
            if (digit) point_add(&p, &p, &odd[j][(digit < 0 ? -digit : digit) >> 1], digit < 0);
        }
    }
    return p;
}

/* ------------------------------------------------------------------ what Python calls */

enum { MEMBER = 0, NO_POINT = 1, OUTSIDE = 2 };

/* Raised whenever a signature or a layout below changes. */
uint32_t madang_interface(void) { return 1; }

size_t madang_table_bytes(void) { return sizeof(fixed); }

/* Fill a table of madang_table_bytes() bytes with multiples of an affine point. */
void madang_table(const uint8_t affine[64], fixed *table) {
    point step = point_load(affine), multiple[ROW];
    fe x[ROW], y[ROW];
    for (int i = 0; i < ROWS; i++) {
        const cached c = point_cache(&step);
        multiple[0] = step;
        for (int k = 1; k < ROW; k++) point_add(&multiple[k], &multiple[k - 1], &c, 0);
        normalize(multiple, ROW, x, y);
        for (int k = 0; k < ROW; k++) {
            const fe xy = fe_mul(&x[k], &y[k]);
            table->entry[i][k].plus = fe_add(&y[k], &x[k]);
            table->entry[i][k].minus = fe_sub(&y[k], &x[k]);
            table->entry[i][k].xy2d = fe_mul(&xy, &FE_2D);
        }
        point_double(&step, &multiple[ROW - 1], 1);
    }
}

/* Decode n encodings into affine coordinates; status[i] is MEMBER, NO_POINT or OUTSIDE (the latter only if checked). */
void madang_decode(size_t n, const uint8_t *encodings, int check, uint8_t *affine, uint8_t *status) {
    naf order;
    const naf *exponents[1] = {&order};
    naf_of(&order, ORDER);
    for (size_t i = 0; i < n; i++) {
        point p, product;
        if (!point_decode(&p, encodings + 32 * i)) {
            status[i] = NO_POINT;
            continue;
        }
        store_affine(affine + 64 * i, &p.X, &p.Y);
        status[i] = MEMBER;
        if (!check) continue;
        shared_powers(&product, &p, exponents, 1);
        if (!point_is_identity(&product)) status[i] = OUTSIDE;
    }
}

/* The sum of n affine points. */
void madang_sum(size_t n, const uint8_t *points, uint8_t affine[64]) {
    point total = IDENTITY;
    fe x, y;
    for (size_t i = 0; i < n; i++) {
        const point p = point_load(points + 64 * i);
        point_add_point(&total, &total, &p);
    }
    normalize(&total, 1, &x, &y);
    store_affine(affine, &x, &y);
}

/* affine[i] = scalars[2i] · bases[2i] + scalars[2i+1] · bases[2i+1]. A base with tables[…] is taken from its table. */
void madang_double_powers(size_t n, const fixed *const *tables, const uint8_t *bases, const uint8_t *scalars,
                          uint8_t *affine) {
    point results[BATCH];
    fe x[BATCH], y[BATCH];
    for (size_t start = 0; start < n; start += BATCH) {
        const size_t size = n - start < BATCH ? n - start : BATCH;
        for (size_t i = 0; i < size; i++) {
            const size_t item = 2 * (start + i);
            point variable[2];
            naf exponents[2];
            int count = 0;
            for (size_t j = item; j < item + 2; j++) {
                if (tables[j]) continue;
                variable[count] = point_load(bases + 64 * j);
                naf_of(&exponents[count++], scalars + 32 * j);
            }
            results[i] = joint_power(variable, exponents, count);
            for (size_t j = item; j < item + 2; j++)
                if (tables[j]) fixed_add(&results[i], tables[j], scalars + 32 * j);
        }
        normalize(results, size, x, y);
        for (size_t i = 0; i < size; i++) store_affine(affine + 64 * (start + i), &x[i], &y[i]);
    }
}

/* 64 lower-case digits, big-endian, of the encoding of (x, y). */
static void write_text(char *text, const fe *x, const fe *y) {
    static const char HEX[] = "0123456789abcdef";
    uint8_t s[32];
    fe_store(s, y);
    s[31] |= (uint8_t)(fe_is_odd(x) << 7);
    for (int i = 0; i < 32; i++) {
        text[2 * i] = HEX[s[31 - i] >> 4];
        text[2 * i + 1] = HEX[s[31 - i] & 15];
    }
}

typedef struct {
    point points[BATCH];
    char *texts[BATCH];
    size_t size;
} pending;

static void flush(pending *p) {
    fe x[BATCH], y[BATCH];
    normalize(p->points, p->size, x, y);
    for (size_t i = 0; i < p->size; i++) write_text(p->texts[i], &x[i], &y[i]);
    p->size = 0;
}

/* Commitments of range proofs.
 *
 * n statements; statement i has counts[i] disjuncts, taken in order from `scalars` (96 bytes each: challenge c,
 * response r, shift s) and written in order to `texts` (130 characters each: A, a comma, B, a comma), where
 *     A = r·G + c·alpha      B = r·key + c·beta + s·G
 * `ciphertexts` holds alpha and beta, 64 bytes per statement; their affine coordinates go to `affine`, 128 bytes per
 * statement. members[i] = 1 skips the check of the order. status[i] as in madang_decode; unless it is MEMBER, the
 * statement's texts are not written.
 */
void madang_range_commitments(size_t n, const fixed *generator, const fixed *key, const uint8_t *ciphertexts,
                              const uint8_t *members, const uint32_t *counts, const uint8_t *scalars, uint8_t *affine,
                              uint8_t *status, char *texts) {
    naf order;
    pending waiting;
    waiting.size = 0;
    naf_of(&order, ORDER);
    for (size_t i = 0; i < n; i++) {
        const uint8_t *const own = scalars;
        char *const written = texts;
        point base[2], powers[2][SHARED];
        scalars += 96 * (size_t)counts[i];
        texts += 130 * (size_t)counts[i];
        if (!point_decode(&base[0], ciphertexts + 64 * i) || !point_decode(&base[1], ciphertexts + 64 * i + 32)) {
            status[i] = NO_POINT;
            continue;
        }
        store_affine(affine + 128 * i, &base[0].X, &base[0].Y);
        store_affine(affine + 128 * i + 64, &base[1].X, &base[1].Y);
        status[i] = MEMBER;
        uint32_t done = 0;
        do {
            naf exponents[SHARED];
            const naf *chain[SHARED];
            /* The check of the order rides on the first chain. */
            const int check = done == 0 && !members[i];
            int size = SHARED - check;
            if (counts[i] - done < (uint32_t)size) size = (int)(counts[i] - done);
            for (int j = 0; j < size; j++) {
                naf_of(&exponents[j], own + 96 * (size_t)(done + (uint32_t)j));
                chain[j] = &exponents[j];
            }
            if (check) chain[size] = &order;
            for (int b = 0; b < 2 && status[i] == MEMBER; b++) {
                shared_powers(powers[b], &base[b], chain, size + check);
                if (check && !point_is_identity(&powers[b][size])) status[i] = OUTSIDE;
            }
            if (status[i] != MEMBER) break;
            for (int j = 0; j < size; j++) {
                const uint8_t *const scalar = own + 96 * (size_t)(done + (uint32_t)j);
                char *const text = written + 130 * (size_t)(done + (uint32_t)j);
                fixed_add(&powers[0][j], generator, scalar + 32);
                fixed_add(&powers[1][j], key, scalar + 32);
                fixed_add(&powers[1][j], generator, scalar + 64);
                text[64] = text[129] = ',';
                if (waiting.size + 2 > BATCH) flush(&waiting);
                for (int b = 0; b < 2; b++) {
                    waiting.points[waiting.size] = powers[b][j];
                    waiting.texts[waiting.size++] = text + 65 * b;
                }
            }
            done += (uint32_t)size;
        } while (done < counts[i]);
    }
    if (waiting.size) flush(&waiting);
}
