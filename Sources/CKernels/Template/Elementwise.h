// MARK: Exponential family

// e^x to about one unit in the last place, for x clamped to [-87.3, 88.3].
CK_INLINE Wide exponential(Wide x) {
  x = choose(x < wide(-87.3f), wide(-87.3f), x);  // comparisons keep a NaN a NaN
  x = choose(x > wide(88.3f), wide(88.3f), x);
  const Wide magic = wide(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
  Wide shifted = CK_FMA(x, wide(1.44269504088896341f), magic);
  Wide n = shifted - magic;
  Wide r = CK_FMA(n, wide(-0.693359375f), x);
  r = CK_FMA(n, wide(2.12194440e-4f), r);
  Wide p = wide(1.9875691500e-4f);
  p = CK_FMA(p, r, wide(1.3981999507e-3f));
  p = CK_FMA(p, r, wide(8.3334519073e-3f));
  p = CK_FMA(p, r, wide(4.1665795894e-2f));
  p = CK_FMA(p, r, wide(1.6666665459e-1f));
  p = CK_FMA(p, r, wide(5.0000001201e-1f));
  p = CK_FMA(p, r * r, r) + wide(1.0f);
  WideInt exponent = (WideInt)shifted << 23;
  return (Wide)((WideInt)p + exponent);
}

// 0.5 x (1 + tanh(u)) = x / (1 + e^(-2u)), u = sqrt(2/pi) (x + 0.044715 x^3): no cancellation.
CK_INLINE Wide geluTanhOf(Wide x) {
  Wide u = wide(0.7978845608028654f) * CK_FMA(wide(0.044715f) * x * x, x, x);
  return x / (wide(1.0f) + exponential(wide(-2.0f) * u));
}
CK_INLINE Wide siluOf(Wide x) { return x / (wide(1.0f) + exponential(-x)); }

#define CK_ELEMENTWISE(NAME, EXPRESSION)                                       \
  static void NAME(const float *x, int64_t count, float *out) {                \
    int64_t i = 0;                                                             \
    for (; i + 16 <= count; i += 16) storeWide(out + i, EXPRESSION(loadWide(x + i))); \
    if (i < count) {                                                           \
      float tail[16] = {0};                                                    \
      memcpy(tail, x + i, (size_t)(count - i) * 4);                            \
      storeWide(tail, EXPRESSION(loadWide(tail)));                             \
      memcpy(out + i, tail, (size_t)(count - i) * 4);                          \
    }                                                                          \
  }
CK_ELEMENTWISE(geluTanh, geluTanhOf)
CK_ELEMENTWISE(silu, siluOf)

// MARK: Elementwise sums

static void gatedAdd(float *x, const float *y, const float *gate, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; r++, x += width, y += width)
    for (int64_t i = 0; i < width; i++) {
#if CK_FUSED
      x[i] = __builtin_fmaf(gate[i], y[i], x[i]);
#else
      x[i] += gate[i] * y[i];
#endif
    }
}

static void add(float *x, const float *y, int64_t count) {
  for (int64_t i = 0; i < count; i++) x[i] += y[i];
}

static void multiply(float *x, const float *y, int64_t count) {
  for (int64_t i = 0; i < count; i++) x[i] *= y[i];
}

