/* The loop of updates.py whose roots and quotients gain most from wide vectors; with the same bits, for each is
   rounded by itself. */

#ifndef UPDATES_H
#define UPDATES_H
#include <math.h>
#include <stddef.h>

#define ADAPT(name)                                                                                  \
    static void name(double *move, double *mean, double *square, const double *gradient, double beta1, \
                     double beta2, double scale, double epsilon, ptrdiff_t count) {                  \
        double grow1 = 1.0 - beta1, grow2 = 1.0 - beta2;                                             \
        for (ptrdiff_t i = 0; i < count; i++) {                                                      \
            mean[i] = beta1 * mean[i] + grow1 * gradient[i];                                         \
            square[i] = beta2 * square[i] + grow2 * gradient[i] * gradient[i];                       \
            move[i] = mean[i] / (sqrt(square[i] / scale) + epsilon);                                 \
        }                                                                                            \
    }

ADAPT(adapt_everywhere)
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2")
ADAPT(adapt_avx2)
#pragma GCC pop_options
#define adapt (__builtin_cpu_supports("avx2") ? adapt_avx2 : adapt_everywhere)
#else
#define adapt adapt_everywhere
#endif

#endif
