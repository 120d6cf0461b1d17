/* The rules of one number in lanes.h, which includes them once for each kind of processor: FOR(name) is a name
   there. The exponential below takes a fourth of the time of the library's, or less, for it is a loop that
   vectors run through. */

/* e to the t as power x (1 + rest), for |t| < 700: the power is one of two, and the rest e to the r, less 1,
   for |r| <= ln 2 / 2, by its Taylor series. (ln 2 is subtracted in two parts, of which the first is short.) */
INLINE void FOR(exponential)(double t, double *power, double *rest) {
    double n = t * 1.4426950408889634 + 0x1.8p52; /* rounded to a whole number, which is in the last bits */
    int64_t bits;
    memcpy(&bits, &n, sizeof bits);
    bits = (int64_t)((uint64_t)(bits + 1023) << 52);
    memcpy(power, &bits, sizeof bits);
    n -= 0x1.8p52;
    double r = (t - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33, series = 1.0 / 6227020800.0;
    series = series * r + 1.0 / 479001600.0;
    series = series * r + 1.0 / 39916800.0;
    series = series * r + 1.0 / 3628800.0;
    series = series * r + 1.0 / 362880.0;
    series = series * r + 1.0 / 40320.0;
    series = series * r + 1.0 / 5040.0;
    series = series * r + 1.0 / 720.0;
    series = series * r + 1.0 / 120.0;
    series = series * r + 1.0 / 24.0;
    series = series * r + 1.0 / 6.0;
    series = series * r + 0.5;
    *rest = r + r * r * series;
}

/* The gradient of x += that of y = relu(x), where y is above 0; of several. */
static void FOR(pass_back_relus)(Block block, const int *y, ptrdiff_t count, const int *pairs) {
    for (ptrdiff_t j = 0; j < count; j++) {
        const int x = pairs[2 * j + 1];
        if (!is_wanted(block, x)) continue;
        const double *value = row_of(block, y[j]), *upstream = gradient_of(block, y[j]);
        double *gradient = gradient_of(block, x);
        const ptrdiff_t width = y[j] < 0 ? 1 : block.width;
        if (is_set(block, x, y[j]))
            EACH_BY_ITSELF
            for (ptrdiff_t i = 0; i < width; i++) gradient[i] = 0.0 + upstream[i] * (value[i] <= 0.0 ? 0.0 : 1.0);
        else
            EACH_BY_ITSELF
            for (ptrdiff_t i = 0; i < width; i++) gradient[i] += upstream[i] * (value[i] <= 0.0 ? 0.0 : 1.0);
    }
}

/* y = f(x) and its derivative, but for relu, as the rule of that kind has them to a few units in the last place; whether
   that was possible. It is not where a number is NaN, or so large that e to it might over- or underflow. */
INLINE int FOR(rule_of_one)(int kind, Block block, int y, int slope, int x) {
    const double *from = row_of(block, x);
    double *value = row_of(block, y), *by_x = row_of(block, slope), power, rest;
    const ptrdiff_t width = y < 0 ? 1 : block.width;
    if (kind == RELU) {
        EACH_BY_ITSELF
        for (ptrdiff_t i = 0; i < width; i++) value[i] = from[i] <= 0.0 ? 0.0 : from[i];
        return 1;
    }
    int inside = 1;
    for (ptrdiff_t i = 0; i < width; i++) inside &= from[i] < 300.0 && from[i] > -300.0;
    if (!inside) return 0;
    if (kind == TANH)
        EACH_BY_ITSELF
        for (ptrdiff_t i = 0; i < width; i++) { /* with e = exp(-2|x|): (1 - e) / (1 + e), 4 e / (1 + e)^2 */
            FOR(exponential)(-2.0 * fabs(from[i]), &power, &rest);
            double e = power * rest + power, less_1 = power * rest + (power - 1.0);
            value[i] = copysign(less_1 / (1.0 + e), from[i]);
            by_x[i] = 4.0 * e / ((1.0 + e) * (1.0 + e));
        }
    else if (kind == SIGMOID)
        EACH_BY_ITSELF
        for (ptrdiff_t i = 0; i < width; i++) { /* with e = exp(-|x|): 1 / (1 + e) or e / (1 + e) */
            FOR(exponential)(-fabs(from[i]), &power, &rest);
            double e = power * rest + power;
            value[i] = (from[i] < 0.0 ? e : 1.0) / (1.0 + e);
            by_x[i] = e / ((1.0 + e) * (1.0 + e));
        }
    else
        EACH_BY_ITSELF
        for (ptrdiff_t i = 0; i < width; i++) {
            FOR(exponential)(from[i], &power, &rest);
            value[i] = by_x[i] = power * rest + power;
        }
    return 1;
}

/* The same of several, each with its pair of places; how many are done, from the first on. */
static ptrdiff_t FOR(rules_of_one)(int kind, Block block, const int *y, ptrdiff_t count, const int *pairs) {
    ptrdiff_t done = 0;
    while (done < count && FOR(rule_of_one)(kind, block, y[done], pairs[2 * done], pairs[2 * done + 1])) done++;
    return done;
}
