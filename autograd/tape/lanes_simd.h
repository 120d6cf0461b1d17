/* The loops of lanes.h, which includes them once for each kind of processor, with vectors of WIDTH numbers:
   FOR(name) is a name there.

   What each part of this buys, measured side by side, with equal results: the loops made for wider vectors
   2 to 3 times over those for every processor; the exponential below 3.6 to 4.8 times over that of the
   library; the pieces (IN_PIECES) 10 to 25 %, for tanh 45 %, over plain loops that the compiler makes for
   several processors itself (target_clones). clang has vectors, but no #pragma GCC target: there, and off
   x86-64, only the loops for every processor are made. */

#ifndef IN_PIECES
/* A row is worked through in pieces of PIECE vectors, which stay in the processor's registers, and a last one
   of fewer; the loop over a piece is unrolled, for its size is known when it is compiled. */
#define IN_PIECES(numbers, piece, ...)                                                        \
    for (ptrdiff_t k = 0, size = (numbers) / WIDTH; k < size; k += PIECE) switch (size - k) { \
        OF(1, piece, __VA_ARGS__) OF(2, piece, __VA_ARGS__) OF(3, piece, __VA_ARGS__)         \
        OF(4, piece, __VA_ARGS__) OF(5, piece, __VA_ARGS__) OF(6, piece, __VA_ARGS__)         \
        OF(7, piece, __VA_ARGS__) OF(8, piece, __VA_ARGS__) OF(9, piece, __VA_ARGS__)         \
        OF(10, piece, __VA_ARGS__) OF(11, piece, __VA_ARGS__) OF(12, piece, __VA_ARGS__)      \
        OF(13, piece, __VA_ARGS__) OF(14, piece, __VA_ARGS__) OF(15, piece, __VA_ARGS__)      \
        default: piece(__VA_ARGS__, k, PIECE);                                                \
    }
#define OF(few, piece, ...)                           \
    case few < PIECE ? few : -few:                    \
        if (few < PIECE) piece(__VA_ARGS__, k, few);  \
        break;

/* A number at each place of a vector. (x - 0 is x, for -0 too.) */
#define EVERYWHERE(x) ((x) - (vec){0})

/* The first `count` numbers of a vector, and 0 for the others, whatever they are. */
#if VECTOR > 1
#define FIRST(count, x) ((vec)((mask)(x) & *(const mask *)(IN_USE + VECTOR - (count))))
static const int64_t IN_USE[2 * VECTOR] = {-1, -1, -1, -1, -1, -1, -1, -1};
#else
#define FIRST(count, x) (x)
#endif
#endif

#if VECTOR > 1
typedef double FOR(vec) __attribute__((vector_size(8 * WIDTH), aligned(8), may_alias));
typedef int64_t FOR(mask) __attribute__((vector_size(8 * WIDTH), aligned(8), may_alias));
#else
typedef double FOR(vec);
#endif
#define vec FOR(vec)
#define mask FOR(mask)

/* The row r >= 0 of a block, or of its gradients, from vector k on. */
INLINE vec *FOR(row)(double *rows, Block block, int r, ptrdiff_t k) {
    return (vec *)(rows + block.width * r) + k;
}

/* y = sum of p q over the pairs. A shared operand comes first in its pair. */
INLINE void FOR(products_piece)(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end,
                                ptrdiff_t k, const int size) {
    vec sum[PIECE];
    for (int j = 0; j < size; j++) sum[j] = -(vec){0};
    for (ptrdiff_t i = first; i < end; i++) {
        int p = pairs[2 * i], q = pairs[2 * i + 1];
        if (q < 0) {
            const vec product = EVERYWHERE(block.shared[~p] * block.shared[~q]);
            for (int j = 0; j < size; j++) sum[j] += product;
        } else if (p < 0) {
            const vec factor = EVERYWHERE(block.shared[~p]), *x = FOR(row)(block.rows, block, q, k);
            for (int j = 0; j < size; j++) sum[j] += factor * x[j];
        } else {
            const vec *x = FOR(row)(block.rows, block, p, k), *z = FOR(row)(block.rows, block, q, k);
            for (int j = 0; j < size; j++) sum[j] += x[j] * z[j];
        }
    }
    vec *value = FOR(row)(block.rows, block, y, k);
    for (int j = 0; j < size; j++) value[j] = sum[j];
}

static void FOR(products)(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end) {
    IN_PIECES(block.width, FOR(products_piece), block, y, pairs, first, end)
}

/* gradient of `operand` += g x s, vector by vector, or x s[0] where step is 0. Where all lanes share it, that
   is their sum, in four parts, for an addition waits for the one before it; of the last vector the first
   `used` lanes count. */
INLINE void FOR(add)(Block block, int operand, const vec *g, const vec *s, const int step, ptrdiff_t used,
                     ptrdiff_t k, const int size) {
    if (operand >= 0) {
        vec *gradient = FOR(row)(block.gradients, block, operand, k);
        for (int j = 0; j < size; j++) gradient[j] += g[j] * s[j * step];
    } else {
        vec *gradient = (vec *)gradient_of(block, operand), sum[4] = {{0}};
        for (int j = 0; j < size - 1; j++) sum[j % 4] += g[j] * s[j * step];
        sum[3] += FIRST(used, g[size - 1] * s[(size - 1) * step]);
        *gradient += (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
}

INLINE void FOR(pass_to)(Block block, int operand, int slope, const vec *g, ptrdiff_t used, ptrdiff_t k,
                         const int size) {
    if (slope < 0) {
        const vec same = EVERYWHERE(block.shared[~slope]);
        FOR(add)(block, operand, g, &same, 0, used, k, size);
    } else
        FOR(add)(block, operand, g, FOR(row)(block.rows, block, slope, k), 1, used, k, size);
}

INLINE void FOR(pass_back_piece)(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end,
                                 ptrdiff_t k, const int size) {
    vec g[PIECE];
    const vec *upstream = FOR(row)(block.gradients, block, y, k);
    for (int j = 0; j < size; j++) g[j] = upstream[j];
    const ptrdiff_t left = block.count - (k + size - 1) * WIDTH, used = left < WIDTH ? left : WIDTH;
    for (ptrdiff_t i = first; i < end; i++) {
        int p = pairs[2 * i], q = pairs[2 * i + 1];
        if (is_wanted(block, p)) FOR(pass_to)(block, p, q, g, used, k, size);
        if (is_wanted(block, q)) FOR(pass_to)(block, q, p, g, used, k, size);
    }
}

/* The chain rule. The last block may need fewer vectors than the others. */
static void FOR(pass_back)(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end) {
    IN_PIECES(block.count + WIDTH - 1, FOR(pass_back_piece), block, y, pairs, first, end)
}

/* e to the t as power x (1 + rest), for |t| < 700: the power is one of two, and the rest e to the r, less 1,
   for |r| <= ln 2 / 2, by its Taylor series. (ln 2 is subtracted in two parts, of which the first is short.) */
INLINE void FOR(exponential)(double t, double *power, double *rest) {
    double n = t * 1.4426950408889634 + 0x1.8p52; /* rounded to a whole number, which is in the last bits */
    int64_t bits;
    memcpy(&bits, &n, sizeof bits);
    bits = (int64_t)((uint64_t)(bits + 1023) << 52);
    memcpy(power, &bits, sizeof bits);
    n -= 0x1.8p52;
    double r = (t - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33, series = 1.0 / 6227020800.0;
    series = series * r + 1.0 / 479001600.0;
    series = series * r + 1.0 / 39916800.0;
    series = series * r + 1.0 / 3628800.0;
    series = series * r + 1.0 / 362880.0;
    series = series * r + 1.0 / 40320.0;
    series = series * r + 1.0 / 5040.0;
    series = series * r + 1.0 / 720.0;
    series = series * r + 1.0 / 120.0;
    series = series * r + 1.0 / 24.0;
    series = series * r + 1.0 / 6.0;
    series = series * r + 0.5;
    *rest = r + r * r * series;
}

/* y = f(x) and its derivative, as the rule of that kind has them to a few units in the last place; whether
   that was possible. It is not where a number is NaN, or so large that e to it might over- or underflow. */
static int FOR(rule_of_one)(int kind, Block block, int y, int slope, int x) {
    const double *from = row_of(block, x);
    double *value = row_of(block, y), *by_x = row_of(block, slope), power, rest;
    const ptrdiff_t width = y < 0 ? 1 : block.width;
    if (kind == RELU) {
        for (ptrdiff_t i = 0; i < width; i++) {
            double number = from[i];
            value[i] = number <= 0.0 ? 0.0 : number;
            by_x[i] = number <= 0.0 ? 0.0 : 1.0;
        }
        return 1;
    }
    int inside = 1;
    for (ptrdiff_t i = 0; i < width; i++) inside &= from[i] < 300.0 && from[i] > -300.0;
    if (!inside) return 0;
    if (kind == TANH)
        for (ptrdiff_t i = 0; i < width; i++) { /* with e = exp(-2|x|): (1 - e) / (1 + e), 4 e / (1 + e)^2 */
            FOR(exponential)(-2.0 * fabs(from[i]), &power, &rest);
            double e = power * rest + power, less_1 = power * rest + (power - 1.0);
            value[i] = copysign(less_1 / (1.0 + e), from[i]);
            by_x[i] = 4.0 * e / ((1.0 + e) * (1.0 + e));
        }
    else if (kind == SIGMOID)
        for (ptrdiff_t i = 0; i < width; i++) { /* with e = exp(-|x|): 1 / (1 + e) or e / (1 + e) */
            FOR(exponential)(-fabs(from[i]), &power, &rest);
            double e = power * rest + power;
            value[i] = (from[i] < 0.0 ? e : 1.0) / (1.0 + e);
            by_x[i] = e / ((1.0 + e) * (1.0 + e));
        }
    else
        for (ptrdiff_t i = 0; i < width; i++) {
            FOR(exponential)(from[i], &power, &rest);
            value[i] = by_x[i] = power * rest + power;
        }
    return 1;
}

#undef vec
#undef mask
