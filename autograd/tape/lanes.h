/* The loops over lanes of runner.py in C; lanes.py is the same in Python. */

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Rows are as long as a multiple of VECTOR numbers: as many as the widest vector of any processor has. */
#ifdef __GNUC__
#define VECTOR 8
#define INLINE static inline __attribute__((always_inline))
#else
#define VECTOR 1
#define INLINE static inline
#endif

/* The kinds of instructions; those after the first two are rules with a loop of their own. */
enum { PRODUCTS, RULE, RELU, TANH, SIGMOID, EXP };

/* A block of lanes: `rows` of `width` numbers, `count` of them in use; and what all lanes share. Operand r
   is row r of the block; operand -1 - s is shared number s, whose gradient is there as VECTOR partial sums.
   `wanted` says for which rows there is a gradient to work out, and there is for the first `shared_wanted`
   shared numbers. */
typedef struct {
    double *rows, *gradients, *shared, *shared_gradients;
    const signed char *wanted;
    ptrdiff_t shared_wanted, width, count;
} Block;

static inline double *row_of(Block block, int operand) {
    return operand < 0 ? block.shared + ~operand : block.rows + block.width * operand;
}

static inline double *gradient_of(Block block, int operand) {
    return operand < 0 ? block.shared_gradients + VECTOR * ~operand
                       : block.gradients + block.width * operand;
}

static inline int is_wanted(Block block, int operand) {
    return operand < 0 ? ~operand < block.shared_wanted : block.wanted[operand];
}

/* Where a line of the cache starts, at `numbers` or a little after. */
static inline double *aligned(double *numbers) {
    return numbers + (-((uintptr_t)numbers / sizeof(double)) & (VECTOR - 1));
}

static inline double *after(double *numbers, ptrdiff_t count) { return numbers + count; }

static inline void clear(double *numbers, ptrdiff_t count) { memset(numbers, 0, sizeof(double) * count); }

/* Repeat the number of the last lane in use through the rest of a row. */
static inline void pad(Block block, int operand) {
    double *row = row_of(block, operand);
    for (ptrdiff_t lane = block.count; operand >= 0 && lane < block.width; lane++)
        row[lane] = row[block.count - 1];
}

/* Set a shared number. */
static inline void share(Block block, int operand, double number) { block.shared[~operand] = number; }

/* The gradient of a shared number: its partial sums added up. */
static inline double gather(Block block, int operand) {
    double sums[VECTOR];
    memcpy(sums, gradient_of(block, operand), sizeof sums);
    for (int half = VECTOR / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) sums[i] += sums[half + i];
    return sums[0];
}

/* The loops themselves, once for every processor; on x86-64 twice more, for those with wider vectors, and
   the best for the processor at hand is taken when the program runs. WIDTH is how many numbers a vector has,
   PIECE how many vectors are worked on at once: about as many as there are registers. */
#define FOR(name) name##_everywhere
#define WIDTH (VECTOR > 1 ? 2 : 1)
#define PIECE 12
#include "lanes_simd.h"
#undef FOR
#undef WIDTH
#undef PIECE

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#define FOR(name) name##_avx2
#define WIDTH 4
#define PIECE 12
#include "lanes_simd.h"
#undef FOR
#undef WIDTH
#undef PIECE
#pragma GCC target("avx512f,avx512dq")
#define FOR(name) name##_avx512
#define WIDTH 8
#define PIECE 16
#include "lanes_simd.h"
#undef FOR
#undef WIDTH
#undef PIECE
#pragma GCC pop_options
#define BEST(loop)                                                                           \
    (__builtin_cpu_supports("avx512dq") ? loop##_avx512                                      \
     : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? loop##_avx2 : loop##_everywhere)
#else
#define BEST(loop) loop##_everywhere
#endif

/* y = sum of p q over the pairs; where y is shared, so are they. (-0 + x is x, for -0 too.) */
static inline void products(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end) {
    if (y >= 0) {
        BEST(products)(block, y, pairs, first, end);
        return;
    }
    double sum = -0.0;
    for (ptrdiff_t i = first; i < end; i++)
        sum += *row_of(block, pairs[2 * i]) * *row_of(block, pairs[2 * i + 1]);
    share(block, y, sum);
}

/* The chain rule for y = sum of p q: gradient of p += gradient of y x q, and the other way round. */
static inline void pass_back(Block block, int y, const int *pairs, ptrdiff_t first, ptrdiff_t end) {
    if (y >= 0) {
        BEST(pass_back)(block, y, pairs, first, end);
        return;
    }
    const double g = gather(block, y);
    for (ptrdiff_t i = first; i < end; i++) {
        int p = pairs[2 * i], q = pairs[2 * i + 1];
        if (is_wanted(block, p)) *gradient_of(block, p) += g * *row_of(block, q);
        if (is_wanted(block, q)) *gradient_of(block, q) += g * *row_of(block, p);
    }
}

static inline int rule_of_one(int kind, Block block, int y, int slope, int x) {
    return BEST(rule_of_one)(kind, block, y, slope, x);
}
