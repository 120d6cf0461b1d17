/* The loops over lanes of runner.py in C; lanes.py is the same in Python. */

#include <math.h>
#include "blocks.h"

/* The kinds of instructions; those after the first three are rules with a loop of their own. */
enum { PRODUCTS, LAYER, RULE, RELU, TANH, SIGMOID, EXP };

enum { MANY = 64 }; /* terms of a sum that all lanes share */

/* The chain rule for a shared y = sum of p q, of which all is shared, from the gradient of y. */
static inline void add_shared(Block block, double gradient, const int *pairs, ptrdiff_t terms) {
    for (ptrdiff_t i = 0; i < terms; i++) {
        const int p = ~pairs[2 * i], q = ~pairs[2 * i + 1];
        const double to_p = gradient * block.shared[q], to_q = gradient * block.shared[p];
        if (p < block.shared_wanted) block.shared_gradients[p] += p == q ? to_p + to_q : to_p;
        if (q < block.shared_wanted && p != q) block.shared_gradients[q] += to_q;
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

/* y[0], y[1], ... = sums of p q over as many pairs each. There are several for a layer alone. */
static inline void products(Block block, const int *y, ptrdiff_t count, const int *pairs, ptrdiff_t terms) {
    BEST(products)(block, y, count, pairs, terms);
}

/* The chain rule for y = sum of p q: gradient of p += gradient of y x q, and the other way round. */
static inline void pass_back(Block block, int y, const int *pairs, ptrdiff_t terms) {
    BEST(pass_back)(block, y, pairs, terms);
}

/* The same two where all is shared. For each pair, `in_line` says how many from it on are of numbers
   side by side. */
static inline void shared_products(Block block, int y, const int *pairs, ptrdiff_t terms, const int *in_line) {
    share(block, y, BEST(shared_sum)(block, pairs, terms, in_line));
}

static inline void pass_back_shared(Block block, int y, const int *pairs, ptrdiff_t terms, const int *in_line) {
    BEST(pass_back_in_line)(block, *gradient_of(block, y), pairs, terms, in_line);
}

static inline void pass_back_relus(Block block, const int *y, ptrdiff_t count, const int *pairs) {
    BEST(pass_back_relus)(block, y, count, pairs);
}

static inline void pass_back_layer(Block block, const int *y, ptrdiff_t count, const int *pairs,
                                   ptrdiff_t terms) {
    BEST(pass_back_layer)(block, y, count, pairs, terms);
}

static inline ptrdiff_t rules_of_one(int kind, Block block, const int *y, ptrdiff_t count, const int *pairs) {
    return BEST(rules_of_one)(kind, block, y, count, pairs);
}
