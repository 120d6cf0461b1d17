/* The loops of lanes.h, which includes them once for each kind of processor: FOR(loop) is a loop's name. */

#ifndef IN_PIECES
/* A row is worked through in pieces of PIECE vectors, which stay in the processor's registers, and a last one
   of fewer; the loop over a piece is unrolled, for its size is known when it is compiled. */
#define IN_PIECES(width, piece, ...)                                                         \
    for (ptrdiff_t k = 0, size = (width) / VECTOR; k < size; k += PIECE) switch (size - k) { \
        OF(1, piece, __VA_ARGS__) OF(2, piece, __VA_ARGS__) OF(3, piece, __VA_ARGS__)        \
        OF(4, piece, __VA_ARGS__) OF(5, piece, __VA_ARGS__) OF(6, piece, __VA_ARGS__)        \
        OF(7, piece, __VA_ARGS__) OF(8, piece, __VA_ARGS__) OF(9, piece, __VA_ARGS__)        \
        OF(10, piece, __VA_ARGS__) OF(11, piece, __VA_ARGS__) OF(12, piece, __VA_ARGS__)     \
        OF(13, piece, __VA_ARGS__) OF(14, piece, __VA_ARGS__) OF(15, piece, __VA_ARGS__)     \
        default: piece(__VA_ARGS__, k, PIECE);                                               \
    }
#define OF(few, piece, ...)                           \
    case few < PIECE ? few : -few:                    \
        if (few < PIECE) piece(__VA_ARGS__, k, few);  \
        break;

/* The first `count` numbers of a vector, and 0 for the others, whatever they are. */
#if VECTOR == 1
#define FIRST(count, x) (x)
#else
#define FIRST(count, x) ((vec)((mask)(x) & *(const mask *)(IN_USE + VECTOR - (count))))
static const int64_t IN_USE[2 * VECTOR] = {-1, -1, -1, -1, -1, -1, -1, -1};
#endif
#endif

/* The piece at vector k of an operand's numbers, or of their gradients; what is shared has but one. */
INLINE vec *FOR(piece)(double *row, int operand, ptrdiff_t k) { return (vec *)row + (operand < 0 ? 0 : k); }

/* y = sum of p q over the pairs. A shared operand comes first in its pair. (-0 + x is x, for -0 too.) */
INLINE void FOR(products_piece)(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end,
                                ptrdiff_t k, const int size) {
    vec sum[PIECE];
    for (int j = 0; j < size; j++) sum[j] = -(vec){0};
    for (ptrdiff_t i = first; i < end; i++) {
        int first = pairs[2 * i], second = pairs[2 * i + 1];
        const vec *p = FOR(piece)(row_of(block, first), first, k);
        const vec *q = FOR(piece)(row_of(block, second), second, k);
        if (first >= 0)
            for (int j = 0; j < size; j++) sum[j] += p[j] * q[j];
        else if (second >= 0)
            for (int j = 0; j < size; j++) sum[j] += *p * q[j];
        else
            for (int j = 0; j < size; j++) sum[j] += *p * *q;
    }
    vec *value = FOR(piece)(row_of(block, y), y, k);
    for (int j = 0; j < size; j++) value[j] = sum[j];
}

static void FOR(products)(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end) {
    IN_PIECES(y < 0 ? VECTOR : block.width, FOR(products_piece), block, y, pairs, first, end)
}

/* gradient of `operand` += g x slope. Where all lanes share it, that is their sum; of the last vector the
   first `used` lanes count. */
INLINE void FOR(pass_to)(Block block, int operand, int slope, const vec *g, ptrdiff_t used, ptrdiff_t k,
                         const int size) {
    const vec *s = FOR(piece)(row_of(block, slope), slope, k);
    vec *gradient = FOR(piece)(gradient_of(block, operand), operand, k);
    if (operand >= 0) {
        if (slope < 0)
            for (int j = 0; j < size; j++) gradient[j] += g[j] * *s;
        else
            for (int j = 0; j < size; j++) gradient[j] += g[j] * s[j];
    } else if (slope < 0) {
        for (int j = 0; j < size - 1; j++) *gradient += g[j] * *s;
        *gradient += FIRST(used, g[size - 1] * *s);
    } else {
        vec sum = FIRST(used, g[size - 1] * s[size - 1]);
        for (int j = 0; j < size - 1; j++) sum += g[j] * s[j];
        *gradient += sum;
    }
}

INLINE void FOR(pass_back_piece)(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end,
                                 ptrdiff_t count, ptrdiff_t k, const int size) {
    vec g[PIECE];
    const vec *upstream = FOR(piece)(gradient_of(block, y), y, k);
    for (int j = 0; j < size; j++) g[j] = upstream[j];
    const ptrdiff_t left = count - (k + size - 1) * VECTOR, used = left < VECTOR ? left : VECTOR;
    for (ptrdiff_t i = first; i < end; i++) {
        int p = pairs[2 * i], q = pairs[2 * i + 1];
        if (is_wanted(block, p)) FOR(pass_to)(block, p, q, g, used, k, size);
        if (is_wanted(block, q)) FOR(pass_to)(block, q, p, g, used, k, size);
    }
}

/* The chain rule for y = sum of p q: gradient of p += gradient of y x q, and the other way round. */
static void FOR(pass_back)(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end) {
    const ptrdiff_t count = y < 0 ? 1 : block.count;
    const ptrdiff_t width = (count + VECTOR - 1) / VECTOR * VECTOR; /* the last block may need fewer vectors */
    IN_PIECES(width, FOR(pass_back_piece), block, y, pairs, first, end, count)
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
    const ptrdiff_t width = y < 0 ? VECTOR : block.width;
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
