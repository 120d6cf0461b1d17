/* A block of lanes in memory; blocks.py is the same in Python. */

#ifndef BLOCKS_H
#define BLOCKS_H
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

/* Before a loop: none of its turns reads what another writes. */
#if defined(__GNUC__) && !defined(__clang__)
#define EACH_BY_ITSELF _Pragma("GCC ivdep")
#else
#define EACH_BY_ITSELF
#endif

/* A block of lanes: `rows` of `width` numbers, `count` of them in use; and what all lanes share. Operand r
   is row r of the block; operand -1 - s is shared number s.
   `wanted` says for which rows there is a gradient to work out, and there is for the first `shared_wanted`
   shared numbers. The gradient of a row that is `used_once` is one contribution, and need not be cleared before.
   The gradients of row r are row `slots[r]` of them. */
typedef struct {
    double *rows, *gradients, *shared, *shared_gradients;
    const signed char *wanted, *used_once;
    const int *slots;
    ptrdiff_t shared_wanted, width, count;
} Block;

static inline double *row_of(Block block, int operand) {
    return operand < 0 ? block.shared + ~operand : block.rows + block.width * operand;
}

static inline double *gradient_of(Block block, int operand) {
    return operand < 0 ? block.shared_gradients + ~operand : block.gradients + block.width * block.slots[operand];
}

static inline int is_wanted(Block block, int operand) {
    return operand < 0 ? ~operand < block.shared_wanted : block.wanted[operand];
}

/* Whether a contribution from y is all there is to the gradient of an operand: it is set, not added to. That of y
   is so replaced where y was computed in place of the operand. */
static inline int is_set(Block block, int operand, int y) {
    return operand == y || (operand >= 0 && block.used_once[operand]);
}

/* Where a line of the cache starts, at `numbers` or a little after. */
static inline double *aligned(double *numbers) {
    return numbers + (-((uintptr_t)numbers / sizeof(double)) & (VECTOR - 1));
}

static inline double *after(double *numbers, ptrdiff_t count) { return numbers + count; }

static inline int *places_after(int *places, ptrdiff_t count) { return places + count; }

static inline void clear(double *numbers, ptrdiff_t count) { memset(numbers, 0, sizeof(double) * count); }

static inline void copy(double *to, const double *numbers, ptrdiff_t count) {
    memcpy(to, numbers, sizeof(double) * count);
}

/* Repeat the number of the last lane in use through the rest of a row. */
static inline void pad(Block block, int operand) {
    double *row = row_of(block, operand);
    for (ptrdiff_t lane = block.count; operand >= 0 && lane < block.width; lane++)
        row[lane] = row[block.count - 1];
}

/* Set a shared number. */
static inline void share(Block block, int operand, double number) { block.shared[~operand] = number; }

#endif
