/* The loops of lanes.h, which includes them once for each kind of processor: FOR(loop) is a loop's name. */

#ifndef IN_PIECES
/* A row is worked through in pieces of as many vectors as stay in the processor's registers. */
#define PIECE 8
#define IN_PIECES(width, piece, ...)                                                         \
    for (ptrdiff_t k = 0, size = (width) / VECTOR; k < size; k += PIECE) switch (size - k) { \
        case 1: piece(__VA_ARGS__, k, 1); break;                                             \
        case 2: piece(__VA_ARGS__, k, 2); break;                                             \
        case 3: piece(__VA_ARGS__, k, 3); break;                                             \
        case 4: piece(__VA_ARGS__, k, 4); break;                                             \
        case 5: piece(__VA_ARGS__, k, 5); break;                                             \
        case 6: piece(__VA_ARGS__, k, 6); break;                                             \
        case 7: piece(__VA_ARGS__, k, 7); break;                                             \
        default: piece(__VA_ARGS__, k, 8);                                                   \
    }

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

/* y = f(x) and its derivative, for the rule of that kind. */
static void FOR(rule_of_one)(int kind, Block block, int y, int slope, int x) {
    const double *from = row_of(block, x);
    double *value = row_of(block, y), *by_x = row_of(block, slope);
    (void)kind;
    for (ptrdiff_t i = 0, width = y < 0 ? VECTOR : block.width; i < width; i++) {
        double number = from[i];
        value[i] = number <= 0.0 ? 0.0 : number;
        by_x[i] = number <= 0.0 ? 0.0 : 1.0;
    }
}
