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

/* The kinds of instructions; those after the first three are rules with a loop of their own. */
enum { PRODUCTS, LAYER, RULE, RELU, TANH, SIGMOID, EXP };

/* A block of lanes: `rows` of `width` numbers, `count` of them in use; and what all lanes share. Operand r
   is row r of the block; operand -1 - s is shared number s.
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
    return operand < 0 ? block.shared_gradients + ~operand : block.gradients + block.width * operand;
}

static inline int is_wanted(Block block, int operand) {
    return operand < 0 ? ~operand < block.shared_wanted : block.wanted[operand];
}

/* Where a line of the cache starts, at `numbers` or a little after. */
static inline double *aligned(double *numbers) {
    return numbers + (-((uintptr_t)numbers / sizeof(double)) & (VECTOR - 1));
}

static inline double *after(double *numbers, ptrdiff_t count) { return numbers + count; }

static inline int *places_after(int *places, ptrdiff_t count) { return places + count; }

static inline void clear(double *numbers, ptrdiff_t count) { memset(numbers, 0, sizeof(double) * count); }

/* Repeat the number of the last lane in use through the rest of a row. */
static inline void pad(Block block, int operand) {
    double *row = row_of(block, operand);
    for (ptrdiff_t lane = block.count; operand >= 0 && lane < block.width; lane++)
        row[lane] = row[block.count - 1];
}

/* Set a shared number. */
static inline void share(Block block, int operand, double number) { block.shared[~operand] = number; }

/* The chain rule for a shared y = sum of p q, of which all is shared, from the gradient of y. */
static inline void pass_back_shared(Block block, double gradient, const int *pairs, ptrdiff_t terms) {
    for (ptrdiff_t i = 0; i < terms; i++) {
        const int p = pairs[2 * i], q = pairs[2 * i + 1];
        const double to_p = gradient * block.shared[~q], to_q = gradient * block.shared[~p];
        if (is_wanted(block, p)) *gradient_of(block, p) += p == q ? to_p + to_q : to_p;
        if (is_wanted(block, q) && p != q) *gradient_of(block, q) += to_q;
    }
}

/* The loops themselves, once for every processor; on x86-64 twice more, for those with wider vectors, and
   the best for the processor at hand is taken when the program runs: they are 2 to 3 times as fast. (clang has
   vectors, but no #pragma GCC target.) WIDTH is how many numbers a vector has, COLUMNS how many of them a tile
   is wide, at most 4: with ROWS of them and what is loaded it fills the registers. */
#define FOR(name) name##_everywhere
#define WIDTH (VECTOR > 1 ? 2 : 1)
#define COLUMNS 2
#include "products.h"
#include "rules.h"
#undef FOR
#undef WIDTH
#undef COLUMNS

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#define FOR(name) name##_avx2
#define WIDTH 4
#define COLUMNS 3
#include "products.h"
#include "rules.h"
#undef FOR
#undef WIDTH
#undef COLUMNS
#pragma GCC target("avx512f,avx512dq")
#define FOR(name) name##_avx512
#define WIDTH 8
#define COLUMNS 4
#include "products.h"
#include "rules.h"
#undef FOR
#undef WIDTH
#undef COLUMNS
#pragma GCC pop_options
#endif

/* (Defined already where a test wants others: CFLAGS="-DBEST(loop)=loop##_avx2".) */
#if defined(BEST)
#elif defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define BEST(loop)                                                                           \
    (__builtin_cpu_supports("avx512dq") ? loop##_avx512                                      \
     : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? loop##_avx2 : loop##_everywhere)
#else
#define BEST(loop) loop##_everywhere
#endif

/* y[0], y[1], ... = sums of p q over as many pairs each; where they are shared, so are those. There are several
   for a layer alone. (-0 + x is x, for -0 too.) */
static inline void products(Block block, const int *y, ptrdiff_t count, const int *pairs, ptrdiff_t terms) {
    if (*y >= 0) {
        BEST(products)(block, y, count, pairs, terms);
        return;
    }
    double sum = -0.0;
    for (ptrdiff_t i = 0; i < terms; i++)
        sum += *row_of(block, pairs[2 * i]) * *row_of(block, pairs[2 * i + 1]);
    share(block, *y, sum);
}

/* The chain rule for y = sum of p q: gradient of p += gradient of y x q, and the other way round. */
static inline void pass_back(Block block, int y, const int *pairs, ptrdiff_t terms) {
    if (y >= 0)
        BEST(pass_back)(block, y, pairs, terms);
    else
        pass_back_shared(block, *gradient_of(block, y), pairs, terms);
}

static inline void pass_back_layer(Block block, const int *y, ptrdiff_t count, const int *pairs,
                                   ptrdiff_t terms) {
    BEST(pass_back_layer)(block, y, count, pairs, terms);
}

static inline int rule_of_one(int kind, Block block, int y, int slope, int x) {
    return BEST(rule_of_one)(kind, block, y, slope, x);
}
