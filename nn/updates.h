/* The loop of updates.py whose roots and quotients gain most from wide vectors; with the same bits, for each is
   rounded by itself. */

#ifndef UPDATES_H
#define UPDATES_H
#include <math.h>
#include <stddef.h>

#define MOVES(name)                                                                                       \
    static void name(double *move, const double *mean, const double *square, double scale, double epsilon, \
                     ptrdiff_t count) {                                                                    \
        for (ptrdiff_t i = 0; i < count; i++) move[i] = mean[i] / (sqrt(square[i] / scale) + epsilon);     \
    }

MOVES(compute_moves_everywhere)
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2")
MOVES(compute_moves_avx2)
#pragma GCC pop_options
#define compute_moves (__builtin_cpu_supports("avx2") ? compute_moves_avx2 : compute_moves_everywhere)
#else
#define compute_moves compute_moves_everywhere
#endif

#endif
