/* The moons' training step in C for this one network, differentiated by hand: what a tape could reach at best.

   A vector is 8 points. A layer of 16 neurons is computed 8 neurons at once, so that what they read is loaded
   once for all of them; gradients of weights 4 × 4 at once. GCC's vectors; steps_of_moons.py compiles it. */

enum { POINTS = 100, LANES = 8, VECTORS = (POINTS + LANES - 1) / LANES, WIDTH = 16, INPUTS = 2 };
enum { FIRST = WIDTH * (INPUTS + 1), SECOND = WIDTH * (WIDTH + 1), ALL = FIRST + SECOND + WIDTH + 1 };
static const double RATE = 0.05, DECAY = 1e-4;

typedef double Vector __attribute__((vector_size(8 * LANES)));
typedef long Mask __attribute__((vector_size(8 * LANES)));
typedef Vector Row[VECTORS];

/* x where the mask holds, else 0. */
static inline Vector where(Mask mask, Vector x) { return (Vector)(mask & (Mask)x); }

static inline double total(Vector x) {
    double sum = 0.0;
    for (int lane = 0; lane < LANES; lane++) sum += x[lane];
    return sum;
}

/* 8 rows y[k] = bias[k * step] + Σᵢ weights[k * down + i * along] x[i], where it is above 0, or where `above` is. */
static inline void eight(Row *y, const Row *x, int count, const double *weights, int down, int along,
                         const double *bias, int step, const Row *above) {
    for (int v = 0; v < VECTORS; v++) {
        Vector sum[8];
        for (int k = 0; k < 8; k++) sum[k] = (Vector){} + (bias ? bias[k * step] : 0.0);
        for (int i = 0; i < count; i++)
            for (int k = 0; k < 8; k++) sum[k] += weights[k * down + i * along] * x[i][v];
        for (int k = 0; k < 8; k++) y[k][v] = where((above ? above[k][v] : sum[k]) > 0.0, sum[k]);
    }
}

/* gradients[o * down + i] = Σ over points of upstream[o] x[i], for 4 × count of them, and of the biases behind. */
static inline void to_weights(double *gradients, int down, const Row *upstream, int neurons, const Row *x, int count) {
    for (int o = 0; o < neurons; o++) {
        Vector sum = {};
        for (int v = 0; v < VECTORS; v++) sum += upstream[o][v];
        gradients[o * down + count] = total(sum);
    }
    int high = neurons < 4 ? neurons : 4, wide = count < 4 ? count : 4;
    for (int o = 0; o < neurons; o += high)
        for (int i = 0; i < count; i += wide) {
            Vector sum[4][4] = {};
            for (int v = 0; v < VECTORS; v++)
                for (int a = 0; a < high; a++)
                    for (int b = 0; b < wide; b++) sum[a][b] += upstream[o + a][v] * x[i + b][v];
            for (int a = 0; a < high; a++)
                for (int b = 0; b < wide; b++) gradients[(o + a) * down + i + b] = total(sum[a][b]);
        }
}

/* So many steps of gradient descent; the parameters are those of each neuron, its bias last. Returns the last loss. */
double moons_steps(double *parameters, const double *points, const double *labels, long count) {
    static Row x[INPUTS], y[1], used[1], h1[WIDTH], h2[WIDTH], d1[WIDTH], d2[WIDTH], d3[1];
    for (int lane = 0; lane < VECTORS * LANES; lane++) {
        int v = lane / LANES, l = lane % LANES, is_used = lane < POINTS;
        for (int i = 0; i < INPUTS; i++) x[i][v][l] = is_used ? points[INPUTS * lane + i] : 0.0;
        y[0][v][l] = is_used ? labels[lane] : 0.0;
        used[0][v][l] = is_used;
    }
    double *w1 = parameters, *w2 = w1 + FIRST, *w3 = w2 + SECOND, gradients[ALL], loss = 0.0;
    for (; count > 0; count--) {
        for (int k = 0; k < WIDTH; k += 8)
            eight(h1 + k, x, INPUTS, w1 + 3 * k, 3, 1, w1 + 3 * k + INPUTS, 3, 0);
        for (int k = 0; k < WIDTH; k += 8)
            eight(h2 + k, h1, WIDTH, w2 + 17 * k, 17, 1, w2 + 17 * k + WIDTH, 17, 0);
        Vector losses = {};
        for (int v = 0; v < VECTORS; v++) {
            Vector score = (Vector){} + w3[WIDTH], more = {};
            for (int i = 0; i < WIDTH; i += 2) {
                score += w3[i] * h2[i][v];
                more += w3[i + 1] * h2[i + 1][v];
            }
            Vector margin = 1.0 - y[0][v] * (score + more);
            losses += where(margin > 0.0, margin * used[0][v]);
            d3[0][v] = where(margin > 0.0, y[0][v] * (-1.0 / POINTS));
        }
        for (int i = 0; i < WIDTH; i++)
            for (int v = 0; v < VECTORS; v++) d2[i][v] = where(h2[i][v] > 0.0, w3[i] * d3[0][v]);
        for (int k = 0; k < WIDTH; k += 8) eight(d1 + k, d2, WIDTH, w2 + k, 1, 17, 0, 0, h1 + k);
        to_weights(gradients, 3, d1, WIDTH, x, INPUTS);
        to_weights(gradients + FIRST, 17, d2, WIDTH, h1, WIDTH);
        to_weights(gradients + FIRST + SECOND, 17, d3, 1, h2, WIDTH);
        double squares = 0.0;
        for (int i = 0; i < ALL; i++) {
            squares += parameters[i] * parameters[i];
            parameters[i] -= RATE * (gradients[i] + 2.0 * DECAY * parameters[i]);
        }
        loss = total(losses) / POINTS + DECAY * squares;
    }
    return loss;
}

/* 16 vectors, each multiplied and added to so many times, in registers: the peak of the processor. */
double multiply_and_add(double x, long rounds) {
    Vector sum[16], factor = (Vector){} + x, added = 1.0 - factor * factor, all = {};
    for (int k = 0; k < 16; k++) sum[k] = (Vector){} + k;
    for (; rounds > 0; rounds--)
#pragma GCC unroll 16
        for (int k = 0; k < 16; k++) sum[k] = sum[k] * factor + added;
    for (int k = 0; k < 16; k++) all += sum[k];
    return total(all);
}
