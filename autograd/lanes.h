/* The loops over lanes of tape.py, for vectors as wide as the processor has; lanes.py is the same in Python. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define VECTOR 8 /* numbers in a vector: one of AVX-512, two of AVX, four of SSE or NEON */
typedef double vec __attribute__((vector_size(64), aligned(8), may_alias));
typedef long long mask __attribute__((vector_size(64)));
#define WHERE(condition, x) ((vec)((condition) & (mask)(x)))
#define INLINE static inline __attribute__((always_inline))
#else
#define VECTOR 1
typedef double vec;
typedef int mask;
#define WHERE(condition, x) ((condition) ? (x) : 0.0)
#define INLINE static inline
#endif

/* Built three times over, and the best for the processor at hand is chosen when the module is loaded. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__GLIBC__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "fma", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

enum { PRODUCTS, RULE, RELU }; /* kinds of instructions; the last are rules with a loop of their own */

/* A block of lanes: `rows` of `width` numbers, `count` of them in use; and what all lanes share. */
typedef struct {
    double *rows, *gradients, *shared, *shared_gradients;
    const signed char *wanted;
    ptrdiff_t shared_wanted, width, count;
} Block;

/* Operand r is row r of the block; operand -1 - s is shared number s, which is there once for each
   place in a vector; its gradient is there as as many partial sums. `wanted` says for which rows there
   is a gradient to work out, and there is for the first `shared_wanted` shared numbers. */
INLINE vec *values_of(Block block, int operand) {
    return (vec *)(operand < 0 ? block.shared + VECTOR * ~operand : block.rows + block.width * operand);
}

INLINE vec *gradients_of(Block block, int operand) {
    return (vec *)(operand < 0 ? block.shared_gradients + VECTOR * ~operand
                               : block.gradients + block.width * operand);
}

/* Where a line of the cache starts, at `numbers` or a little after. */
static inline double *aligned(double *numbers) {
    return numbers + (-((uintptr_t)numbers / sizeof(double)) & (VECTOR - 1));
}
static inline double *after(double *numbers, ptrdiff_t count) { return numbers + count; }
static inline double *row_of(Block block, int operand) { return (double *)values_of(block, operand); }
static inline double *gradient_of(Block block, int operand) { return (double *)gradients_of(block, operand); }

static inline void clear(double *numbers, ptrdiff_t count) { memset(numbers, 0, sizeof(double) * count); }

/* Repeat the number of the last lane in use through the rest of the row. */
static inline void pad(Block block, int operand) {
    double *row = row_of(block, operand);
    ptrdiff_t width = operand < 0 ? VECTOR : block.width, count = operand < 0 ? 1 : block.count;
    for (ptrdiff_t lane = count; lane < width; lane++) row[lane] = row[count - 1];
}

/* Bring the partial sums of a shared number's gradient together in the first. */
static inline double gather(Block block, int operand) {
    double *parts = gradient_of(block, operand), total = 0.0;
    for (int i = 0; i < VECTOR; i++) total += parts[i];
    clear(parts, VECTOR);
    return parts[0] = total;
}

INLINE int is_wanted(Block block, int operand) {
    return operand < 0 ? ~operand < block.shared_wanted : block.wanted[operand];
}

/* The first `count` numbers of a vector, 0 for the others. */
#if VECTOR == 1
#define FIRST(count, x) (x)
#else
static const mask PLACES = {0, 1, 2, 3, 4, 5, 6, 7};
#define FIRST(count, x) WHERE(PLACES < (mask){0} + (count), x)
#endif

/* A row is worked through in pieces that stay in the processor's registers. */
#define PIECE 8
#define IN_PIECES(width, piece, ...)                                                              \
    for (ptrdiff_t k = 0, size = (width) / VECTOR; k < size; k += PIECE) switch (size - k) {      \
        case 1: piece(__VA_ARGS__, k, 1); break;                                                  \
        case 2: piece(__VA_ARGS__, k, 2); break;                                                  \
        case 3: piece(__VA_ARGS__, k, 3); break;                                                  \
        case 4: piece(__VA_ARGS__, k, 4); break;                                                  \
        case 5: piece(__VA_ARGS__, k, 5); break;                                                  \
        case 6: piece(__VA_ARGS__, k, 6); break;                                                  \
        case 7: piece(__VA_ARGS__, k, 7); break;                                                  \
        default: piece(__VA_ARGS__, k, 8);                                                        \
    }

/* y = sum of p q over the pairs. A shared operand comes first in its pair. (-0 + x is x, for -0 too.) */
INLINE void products_piece(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end,
                           ptrdiff_t k, const int size) {
    vec sum[PIECE];
    for (int j = 0; j < size; j++) sum[j] = -(vec){0};
    for (ptrdiff_t i = first; i < end; i++) {
        const vec *p = values_of(block, pairs[2 * i]), *q = values_of(block, pairs[2 * i + 1]);
        if (pairs[2 * i] >= 0)
            for (int j = 0; j < size; j++) sum[j] += p[k + j] * q[k + j];
        else if (pairs[2 * i + 1] >= 0)
            for (int j = 0; j < size; j++) sum[j] += *p * q[k + j];
        else
            for (int j = 0; j < size; j++) sum[j] += *p * *q;
    }
    vec *value = values_of(block, y);
    for (int j = 0; j < size; j++) value[k + j] = sum[j];
}

FOR_EACH_PROCESSOR
static void products(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end) {
    ptrdiff_t width = y < 0 ? VECTOR : block.width;
    IN_PIECES(width, products_piece, block, y, pairs, first, end)
}

/* gradient of `operand` += g x slope; where all lanes share it, the sum over lanes. Of the last vector,
   the first `used` lanes count: the others are none. */
INLINE void pass_to(Block block, int operand, int slope, const vec *g, ptrdiff_t used, ptrdiff_t k,
                    const int size) {
    const vec *s = values_of(block, slope);
    vec *gradient = gradients_of(block, operand);
    if (operand >= 0) {
        if (slope < 0)
            for (int j = 0; j < size; j++) gradient[k + j] += g[j] * *s;
        else
            for (int j = 0; j < size; j++) gradient[k + j] += g[j] * s[k + j];
    } else {
        const vec *last = slope < 0 ? s : s + k + size - 1;
        vec sum = FIRST(used, g[size - 1] * *last);
        if (slope < 0)
            for (int j = 0; j < size - 1; j++) sum += g[j] * *s;
        else
            for (int j = 0; j < size - 1; j++) sum += g[j] * s[k + j];
        *gradient += sum;
    }
}

INLINE void pass_back_piece(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end,
                            ptrdiff_t count, ptrdiff_t k, const int size) {
    vec g[PIECE];
    const vec *upstream = gradients_of(block, y);
    for (int j = 0; j < size; j++) g[j] = upstream[k + j];
    const ptrdiff_t used = count - (k + size - 1) * VECTOR;
    for (ptrdiff_t i = first; i < end; i++) {
        int p = pairs[2 * i], q = pairs[2 * i + 1];
        if (is_wanted(block, p)) pass_to(block, p, q, g, used, k, size);
        if (is_wanted(block, q)) pass_to(block, q, p, g, used, k, size);
    }
}

/* The chain rule for y = sum of p q: gradient of p += gradient of y x q, and the other way round. */
FOR_EACH_PROCESSOR
static void pass_back(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end) {
    ptrdiff_t width = y < 0 ? VECTOR : block.width, count = y < 0 ? 1 : block.count;
    IN_PIECES(width, pass_back_piece, block, y, pairs, first, end, count)
}

/* y = relu x and its derivative, as the rule has them. */
FOR_EACH_PROCESSOR
static void rule_of_one(int kind, Block block, int y, int slope, int x) {
    (void)kind;
    const vec *from = values_of(block, x);
    vec *value = values_of(block, y), *by_x = values_of(block, slope);
    for (ptrdiff_t k = 0, size = (y < 0 ? VECTOR : block.width) / VECTOR; k < size; k++) {
        mask on = (from[k] > 0.0) | (from[k] != from[k]);
        value[k] = WHERE(on, from[k]);
        by_x[k] = WHERE(on, (vec){0} + 1.0);
    }
}
