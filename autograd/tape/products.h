/* Sums of products in lanes.h, which includes them once for each kind of processor, with vectors of WIDTH
   numbers: FOR(name) is a name there.

   A layer, sums over the same operands, is worked through in *tiles* of ROWS x COLUMNS vectors. All sums of a
   tile stay in the processor's registers, and what is loaded is used for a whole row of it, or for a column:

       forward     neurons x vectors of lanes      each operand is loaded once for ROWS neurons
       operands    operands x vectors of lanes     each upstream gradient once for ROWS operands
       weights     neurons x operands              both once for a row or a column */

#ifndef TILE
#define ROWS 4

/* Call a tile of that many rows, ROWS or 1, and columns, up to 4: as constants, for loops over them to be
   unrolled when they are compiled. */
#define TILE(tile, rows, columns, ...)                      \
    switch ((columns) + ((rows) == ROWS ? 4 : 0)) {         \
    case 1: tile(__VA_ARGS__, 1, 1); break;                 \
    case 2: tile(__VA_ARGS__, 1, 2); break;                 \
    case 3: tile(__VA_ARGS__, 1, 3); break;                 \
    case 4: tile(__VA_ARGS__, 1, 4); break;                 \
    case 5: tile(__VA_ARGS__, ROWS, 1); break;              \
    case 6: tile(__VA_ARGS__, ROWS, 2); break;              \
    case 7: tile(__VA_ARGS__, ROWS, 3); break;              \
    default: tile(__VA_ARGS__, ROWS, 4);                    \
    }

/* How many of those that are left make the next tile: of 13 columns with room for 4, these are 4, 3, 3 and 3. */
#define ROWS_OF(left) ((left) < ROWS ? 1 : ROWS)
#define COLUMNS_OF(left) ((int)PARTS(left, PARTS(left, COLUMNS)))
#define PARTS(count, size) (((count) + (size) - 1) / (size))

/* The first `count` numbers of a vector, and 0 for the others, whatever they are. */
#if VECTOR > 1
#define FIRST(count, x) ((vec)((mask)(x) & *(const mask *)(IN_USE + VECTOR - (count))))
static const int64_t IN_USE[2 * VECTOR] = {-1, -1, -1, -1, -1, -1, -1, -1};

/* Of two vectors, the lower half of each 2, 4 or 8 numbers. */
static const int64_t LOWER[3][VECTOR] = {
    {0, 2, 4, 6, 8, 10, 12, 14}, {0, 1, 4, 5, 8, 9, 12, 13}, {0, 1, 2, 3, 8, 9, 10, 11}};
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

/* A number at each place of a vector. (x - 0 is x, for -0 too.) */
INLINE vec FOR(everywhere)(double x) { return x - (vec){0}; }

/* The row r >= 0 of a block, and its gradients, from vector k on. */
INLINE vec *FOR(row)(Block block, int r, ptrdiff_t k) { return (vec *)(block.rows + block.width * r) + k; }
INLINE vec *FOR(gradient)(Block block, int r, ptrdiff_t k) {
    return (vec *)(block.gradients + block.width * block.slots[r]) + k;
}

/* --- Forward: y = sum of p q over the pairs. A shared operand comes first in its pair. ------------------- */

INLINE void FOR(forward)(Block block, const int *y, const int *pairs, ptrdiff_t terms, ptrdiff_t k,
                         const int rows, const int columns) {
    vec sum[ROWS][4];
    for (int j = 0; j < rows; j++)
        for (int v = 0; v < columns; v++) sum[j][v] = -(vec){0};
    for (const int *pair = pairs, *end = pairs + 2 * terms; pair < end; pair += 2) {
        if (pair[1] < 0) {
            for (int j = 0; j < rows; j++) {
                const int *own = pair + 2 * terms * j;
                for (int v = 0; v < columns; v++)
                    sum[j][v] += FOR(everywhere)(block.shared[~own[0]] * block.shared[~own[1]]);
            }
            continue;
        }
        const vec *x = FOR(row)(block, pair[1], k);
        if (pair[0] < 0) {
            for (int j = 0; j < rows; j++) {
                const vec weight = FOR(everywhere)(block.shared[~pair[2 * terms * j]]);
                for (int v = 0; v < columns; v++) sum[j][v] += weight * x[v];
            }
        } else { /* the sum is no layer, and alone */
            const vec *z = FOR(row)(block, pair[0], k);
            for (int v = 0; v < columns; v++) sum[0][v] += x[v] * z[v];
        }
    }
    for (int j = 0; j < rows; j++) {
        vec *value = FOR(row)(block, y[j], k);
        for (int v = 0; v < columns; v++) value[v] = sum[j][v];
    }
}

static void FOR(products)(Block block, const int *y, ptrdiff_t count, const int *pairs, ptrdiff_t terms) {
    const ptrdiff_t size = block.width / WIDTH;
    for (ptrdiff_t k = 0; k < size; k += COLUMNS_OF(size - k))
        for (ptrdiff_t j = 0; j < count; j += ROWS_OF(count - j))
            TILE(FOR(forward), ROWS_OF(count - j), COLUMNS_OF(size - k), block, y + j, pairs + 2 * terms * j,
                 terms, k)
}

/* --- Backward ---------------------------------------------------------------------------------------------
   The last block may need fewer vectors than the others, and of the last vector the first few numbers. */

INLINE ptrdiff_t FOR(vectors_in_use)(Block block) { return (block.count + WIDTH - 1) / WIDTH; }

/* What a vector adds to a sum over the lanes: x, or of the last vector those of its numbers that are in use. */
INLINE vec FOR(in_use)(Block block, ptrdiff_t k, vec x) {
    const ptrdiff_t left = block.count - k * WIDTH;
    return left < WIDTH ? FIRST(left, x) : x;
}

/* The sum of the numbers of a vector. */
INLINE double FOR(total)(vec x) {
    double parts[WIDTH];
    *(vec *)parts = x;
    for (int half = WIDTH / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) parts[i] += parts[half + i];
    return parts[0];
}

/* The same of `count` vectors; of two at a time, halves are added in one. */
INLINE void FOR(all_totals)(vec *x, const int count, double *result) {
#if defined(__GNUC__) && !defined(__clang__)
    for (int part = 0; part < count; part += WIDTH) {
        vec sums[WIDTH];
        for (int i = 0; i < WIDTH; i++) sums[i] = part + i < count ? x[part + i] : (vec){0};
        for (int half = WIDTH / 2; half > 0; half /= 2) {
            const mask low = *(const mask *)LOWER[half / 2];
            for (int i = 0; i < half; i++)
                sums[i] = __builtin_shuffle(sums[2 * i], sums[2 * i + 1], low) +
                          __builtin_shuffle(sums[2 * i], sums[2 * i + 1], low + half);
        }
        memcpy(result + part, sums, 8 * WIDTH);
    }
#else
    for (int i = 0; i < count; i++) result[i] = FOR(total)(x[i]);
#endif
}

/* The gradient of an operand += that of y x slope; where all lanes share it, their sum, which is taken in four
   parts, for an addition waits for the one before it. */
static void FOR(pass_to)(Block block, int y, int operand, int slope) {
    const vec same = FOR(everywhere)(*row_of(block, slope)), *g = FOR(gradient)(block, y, 0);
    const vec *slopes = slope < 0 ? &same : FOR(row)(block, slope, 0);
    const ptrdiff_t step = slope >= 0, size = FOR(vectors_in_use)(block);
    if (operand >= 0) {
        vec *gradient = FOR(gradient)(block, operand, 0);
        if (is_set(block, operand, y))
            for (ptrdiff_t k = 0; k < size; k++) gradient[k] = (vec){0} + g[k] * slopes[k * step];
        else
            for (ptrdiff_t k = 0; k < size; k++) gradient[k] += g[k] * slopes[k * step];
        return;
    }
    vec sum[4] = {{0}};
    ptrdiff_t k = 0;
    for (; k + 4 < size; k += 4)
        for (int i = 0; i < 4; i++) sum[i] += g[k + i] * slopes[(k + i) * step];
    for (; k < size; k++) sum[0] += FOR(in_use)(block, k, g[k] * slopes[k * step]);
    *gradient_of(block, operand) += FOR(total)((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

/* The chain rule for y = sum of p q. */
static void FOR(pass_back)(Block block, int y, const int *pairs, ptrdiff_t terms) {
    for (ptrdiff_t i = 0; i < terms; i++) {
        int p = pairs[2 * i], q = pairs[2 * i + 1];
        if (is_wanted(block, p)) FOR(pass_to)(block, y, p, q);
        if (is_wanted(block, q)) FOR(pass_to)(block, y, q, p);
    }
}

/* The same for a layer, to the operands that some of its terms have: weights x upstream gradients. */
INLINE void FOR(operands)(Block block, const int *y, ptrdiff_t count, const int *pairs, ptrdiff_t terms,
                          const int *chosen, ptrdiff_t k, const int rows, const int columns) {
    vec sum[ROWS][4];
    for (int i = 0; i < rows; i++)
        for (int v = 0; v < columns; v++) sum[i][v] = (vec){0};
    for (ptrdiff_t j = 0; j < count; j++) {
        const vec *g = FOR(gradient)(block, y[j], k);
        for (int i = 0; i < rows; i++) {
            const vec weight = FOR(everywhere)(block.shared[~pairs[2 * (terms * j + chosen[i])]]);
            for (int v = 0; v < columns; v++) sum[i][v] += weight * g[v];
        }
    }
    for (int i = 0; i < rows; i++) { /* one after the other: two may be the same operand */
        const int operand = pairs[2 * chosen[i] + 1];
        vec *gradient = FOR(gradient)(block, operand, k);
        if (block.used_once[operand])
            for (int v = 0; v < columns; v++) gradient[v] = sum[i][v];
        else
            for (int v = 0; v < columns; v++) gradient[v] += sum[i][v];
    }
}

static void FOR(to_operands)(Block block, const int *y, ptrdiff_t count, const int *pairs, ptrdiff_t terms) {
    const ptrdiff_t size = FOR(vectors_in_use)(block);
    for (ptrdiff_t k = 0; k < size; k += COLUMNS_OF(size - k))
        for (ptrdiff_t t = 0; t < terms;) {
            int chosen[ROWS], n = 0;
            for (; t < terms && n < ROWS; t++)
                if (pairs[2 * t + 1] >= 0 && is_wanted(block, pairs[2 * t + 1])) chosen[n++] = (int)t;
            for (int i = 0; i < n; i += ROWS_OF(n - i))
                TILE(FOR(operands), ROWS_OF(n - i), COLUMNS_OF(size - k), block, y, count, pairs, terms,
                     chosen + i, k)
        }
}

/* The same, to the weights of some of its terms: upstream gradients x operands, summed over the lanes, here for
   vector k, of which so many numbers are in use. (A weight that is a number gets a gradient too, which nobody
   reads.) */
INLINE void FOR(add_products)(vec *sum, const vec **g, const vec **x, ptrdiff_t k, const ptrdiff_t used,
                              const int rows, const int columns) {
    vec operand[4];
    for (int i = 0; i < columns; i++) operand[i] = used < WIDTH ? FIRST(used, x[i][k]) : x[i][k];
    for (int j = 0; j < rows; j++) {
        const vec upstream = used < WIDTH ? FIRST(used, g[j][k]) : g[j][k];
        for (int i = 0; i < columns; i++) sum[columns * j + i] += upstream * operand[i];
    }
}

INLINE void FOR(weights)(Block block, const int *y, const int *pairs, ptrdiff_t terms, const int *chosen,
                         const int rows, const int columns) {
    vec sum[4 * ROWS];
    double totals[4 * ROWS + WIDTH];
    const vec *g[ROWS], *x[4];
    const ptrdiff_t whole = block.count / WIDTH, rest = block.count % WIDTH;
    for (int i = 0; i < columns; i++) x[i] = FOR(row)(block, pairs[2 * chosen[i] + 1], 0);
    for (int j = 0; j < rows; j++) {
        g[j] = FOR(gradient)(block, y[j], 0);
        for (int i = 0; i < columns; i++) sum[columns * j + i] = (vec){0};
    }
    for (ptrdiff_t k = 0; k < whole; k++) FOR(add_products)(sum, g, x, k, WIDTH, rows, columns);
    if (rest > 0) FOR(add_products)(sum, g, x, whole, rest, rows, columns);
    FOR(all_totals)(sum, rows * columns, totals);
    for (int j = 0; j < rows; j++)
        for (int i = 0; i < columns; i++) {
            const int weight = pairs[2 * (terms * j + chosen[i])];
            *gradient_of(block, weight) += totals[columns * j + i];
        }
}

static void FOR(to_weights)(Block block, const int *y, ptrdiff_t count, const int *pairs, ptrdiff_t terms) {
    for (ptrdiff_t t = 0; t < terms;) {
        int chosen[4] = {0}, n = 0;
        for (; t < terms && n < COLUMNS; t++) {
            ptrdiff_t j = pairs[2 * t + 1] >= 0 ? 0 : count;
            while (j < count && !is_wanted(block, pairs[2 * (terms * j + t)])) j++;
            if (j < count) chosen[n++] = (int)t;
        }
        for (ptrdiff_t j = 0; n > 0 && j < count; j += ROWS_OF(count - j))
            TILE(FOR(weights), ROWS_OF(count - j), n, block, y + j, pairs + 2 * terms * j, terms, chosen)
    }
}

/* The same, to the terms that are shared as a whole, biases most of all, all of them from `first` to `end`: from
   the sums of upstream gradients. (Those of ROWS neurons at once, for an addition waits for the one before it.) */
INLINE void FOR(shared_terms)(Block block, const int *y, const int *pairs, ptrdiff_t terms, ptrdiff_t first,
                              ptrdiff_t end, const int rows) {
    const ptrdiff_t size = FOR(vectors_in_use)(block);
    double totals[ROWS + WIDTH];
    vec sum[ROWS];
    for (int j = 0; j < rows; j++)
        sum[j] = FOR(in_use)(block, size - 1, *FOR(gradient)(block, y[j], size - 1));
    for (ptrdiff_t k = 0; k < size - 1; k++)
        for (int j = 0; j < rows; j++) sum[j] += *FOR(gradient)(block, y[j], k);
    FOR(all_totals)(sum, rows, totals);
    for (int j = 0; j < rows; j++)
        for (ptrdiff_t t = first; t < end; t++) {
            const int *pair = pairs + 2 * (terms * j + t);
            if (pair[1] < 0) add_shared(block, totals[j], pair, 1);
        }
}

static void FOR(to_shared)(Block block, const int *y, ptrdiff_t count, const int *pairs, ptrdiff_t terms) {
    ptrdiff_t first = 0, end = terms;
    while (first < end && pairs[2 * first + 1] >= 0) first++;
    while (first < end && pairs[2 * end - 1] >= 0) end--;
    if (first == end) return;
    for (; count >= ROWS; count -= ROWS, y += ROWS, pairs += 2 * terms * ROWS)
        FOR(shared_terms)(block, y, pairs, terms, first, end, ROWS);
    for (; count > 0; count--, y++, pairs += 2 * terms) FOR(shared_terms)(block, y, pairs, terms, first, end, 1);
}

/* The chain rule for the neurons of a layer. */
static void FOR(pass_back_layer)(Block block, const int *y, ptrdiff_t count, const int *pairs, ptrdiff_t terms) {
    FOR(to_operands)(block, y, count, pairs, terms);
    if (block.shared_wanted == 0) return;
    FOR(to_weights)(block, y, count, pairs, terms);
    FOR(to_shared)(block, y, count, pairs, terms);
}

/* --- What all lanes share: where many pairs are of numbers side by side, these are vectors. --------------- */

/* The sum of p q. That of very many is taken in as many parts as a vector has numbers, for an addition waits for
   the one before it. */
static double FOR(shared_sum)(Block block, const int *pairs, ptrdiff_t terms, const int *in_line) {
    vec sum = -(vec){0};
    ptrdiff_t i = 0;
    for (; terms >= MANY && i + WIDTH <= terms; i += WIDTH) {
        double p[WIDTH], q[WIDTH];
        const int *pair = pairs + 2 * i;
        if (in_line[i] >= WIDTH) {
            sum += *(const vec *)(block.shared + ~pair[0]) * *(const vec *)(block.shared + ~pair[1]);
            continue;
        }
        for (int part = 0; part < WIDTH; part++) {
            p[part] = block.shared[~pair[2 * part]];
            q[part] = block.shared[~pair[2 * part + 1]];
        }
        sum += *(const vec *)p * *(const vec *)q;
    }
    double rest = -0.0;
    for (; i < terms; i++) rest += block.shared[~pairs[2 * i]] * block.shared[~pairs[2 * i + 1]];
    return FOR(total)(sum) + rest;
}

/* The chain rule for it, from the gradient of the sum. (To a square both contributions at once: to load what was
   stored a moment ago takes long.) */
static void FOR(pass_back_in_line)(Block block, double gradient, const int *pairs, ptrdiff_t terms,
                                   const int *in_line) {
    for (ptrdiff_t i = 0; i < terms;) {
        const int p = ~pairs[2 * i], q = ~pairs[2 * i + 1];
        if (in_line[i] < WIDTH || i + WIDTH > terms) {
            add_shared(block, gradient, pairs + 2 * i++, 1);
            continue;
        }
        const double to_p = p == q ? 2.0 * gradient : gradient;
        *(vec *)(block.shared_gradients + p) += to_p * *(const vec *)(block.shared + q);
        if (p != q) *(vec *)(block.shared_gradients + q) += gradient * *(const vec *)(block.shared + p);
        i += WIDTH;
    }
}

#undef vec
#undef mask
