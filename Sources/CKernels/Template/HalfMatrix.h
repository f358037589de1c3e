// MARK: Matrix product with bfloat16 weights

// Both factors are bfloat16, whose products are exact in single precision; sums are single
// precision, the odd element of a pair before the even one, as the CPU's own instruction has it. So
// every level gives the same bits (the instruction alone takes subnormal numbers for zero).

// Rounds rows to the nearest bfloat16, ties to even; the row is padded with a zero to even length.
// Levels without the instruction keep the rounded values as floats.
static void halfRows(const float *x, int64_t rows, int64_t width, int64_t ldx, float *out,
                     int64_t ldo) {
  for (int64_t r = 0; r < rows; r++, x += ldx, out += ldo) {
#if CK_NATIVE_BF16
    uint16_t *target = (uint16_t *)out;
#else
    uint32_t *target = (uint32_t *)out;
#endif
    for (int64_t i = 0; i < width; i++) {
      uint32_t bits;
      memcpy(&bits, x + i, 4);
      uint32_t rounded = bits + 0x7fff + (bits >> 16 & 1);
      // A NaN stays one; rounding could carry it to infinity.
      if ((bits & 0x7fffffff) > 0x7f800000) rounded = bits | 0x400000;
#if CK_NATIVE_BF16
      target[i] = (uint16_t)(rounded >> 16);
#else
      target[i] = rounded & 0xffff0000;
#endif
    }
    if (width & 1) target[width] = 0;
  }
}

CK_INLINE LanesInt loadInt(const uint16_t *p) { return *(const LanesIntUnaligned *)p; }

#if CK_NATIVE_BF16
#define CK_HALF_STEP(R)                                                                          \
  LanesInt b[CK_VECTORS];                                                                        \
  for (int v = 0; v < CK_VECTORS; v++) b[v] = loadInt(pair + 2 * v * CK_LANES);                  \
  _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) {                               \
    LanesInt x = (LanesInt)_mm512_set1_epi32(((const int32_t *)(a + r * lda))[i]);               \
    _Pragma("clang loop unroll(full)") for (int v = 0; v < CK_VECTORS; v++) sum[r][v] =          \
        (Lanes)_mm512_dpbf16_ps((__m512)sum[r][v], (__m512bh)x, (__m512bh)b[v]);                 \
  }
#else
#define CK_HALF_STEP(R)                                                                          \
  for (int odd = 1; odd >= 0; odd--) {                                                           \
    Lanes b[CK_VECTORS];                                                                         \
    for (int v = 0; v < CK_VECTORS; v++) {                                                       \
      LanesInt both = loadInt(pair + 2 * v * CK_LANES);                                          \
      b[v] = odd ? (Lanes)(both & (int32_t)0xffff0000) : (Lanes)(both << 16);                    \
    }                                                                                            \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) {                             \
      Lanes x = broadcast(a[r * lda + 2 * i + odd]);                                             \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < CK_VECTORS; v++) sum[r][v] =        \
          CK_FMA(x, b[v], sum[r][v]);                                                            \
    }                                                                                            \
  }
#endif

#define CK_HALF_MICRO(R)                                                                         \
  CK_INLINE void halfMicro##R(int64_t pairs, const float *a, int64_t lda,                        \
                              const uint16_t *packed, const float *start, int64_t lds, float *c, \
                              int64_t ldc) {                                                     \
    Lanes sum[R][CK_VECTORS];                                                                    \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++)                               \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < CK_VECTORS; v++) sum[r][v] =      \
            start ? load(start + r * lds + v * CK_LANES) : broadcast(0);                         \
    for (int64_t i = 0; i < pairs; i++) {                                                        \
      const uint16_t *pair = packed + 2 * i * CK_HALF_PANEL;                                     \
      CK_HALF_STEP(R)                                                                            \
    }                                                                                            \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++)                               \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < CK_VECTORS; v++)                  \
            store(c + r * ldc + v * CK_LANES, sum[r][v]);                                        \
  }

CK_HALF_MICRO(1)
CK_HALF_MICRO(2)
CK_HALF_MICRO(3)
CK_HALF_MICRO(4)
#if CK_ROWS > 4
CK_HALF_MICRO(5)
CK_HALF_MICRO(6)
#endif
#if CK_ROWS > 6
CK_HALF_MICRO(7)
CK_HALF_MICRO(8)
CK_HALF_MICRO(9)
CK_HALF_MICRO(10)
CK_HALF_MICRO(11)
CK_HALF_MICRO(12)
#endif

static void halfMicro(int64_t rows, int64_t pairs, const float *a, int64_t lda,
                      const uint16_t *packed, const float *start, int64_t lds, float *c,
                      int64_t ldc) {
  CK_BY_ROWS(halfMicro, rows, pairs, a, lda, packed, start, lds, c, ldc)
}

// One register tile's columns, of which the last may be fewer than a panel.
static void halfTile(int64_t rows, int64_t width, int64_t pairs, const float *a, int64_t lda,
                     const uint16_t *packed, const float *start, int64_t lds, float *c,
                     int64_t ldc) {
  if (width >= CK_PANEL) {
    halfMicro(rows, pairs, a, lda, packed, start, lds, c, ldc);
    return;
  }
  float edge[CK_ROWS * CK_PANEL];
  memset(edge, 0, sizeof edge);
  if (start)
    for (int64_t i = 0; i < rows; i++)
      memcpy(edge + i * CK_PANEL, start + i * lds, (size_t)width * 4);
  halfMicro(rows, pairs, a, lda, packed, edge, CK_PANEL, edge, CK_PANEL);
  for (int64_t i = 0; i < rows; i++) memcpy(c + i * ldc, edge + i * CK_PANEL, (size_t)width * 4);
}

static void halfMatrixProduct(const CKHalfMatrixProduct *p, int64_t m0, int64_t m1, int64_t n0,
                              int64_t n1) {
  int64_t pairs = (p->k + 1) / 2;
  for (int64_t i = 0; i < pairs; i += CK_DEPTH / 2) {
    int64_t depth = pairs - i < CK_DEPTH / 2 ? pairs - i : CK_DEPTH / 2;
#if CK_NATIVE_BF16
    const float *a = p->a + i;
#else
    const float *a = p->a + 2 * i;
#endif
    for (int64_t m = m0; m < m1; m += CK_ROWS) {
      int64_t count = m1 - m < CK_ROWS ? m1 - m : CK_ROWS;
      for (int64_t n = n0; n < n1; n += CK_PANEL) {
        const uint16_t *packed =
            p->b + 2 * ((n / CK_HALF_PANEL * pairs + i) * CK_HALF_PANEL + n % CK_HALF_PANEL);
        float *c = p->c + m * p->ldc + n;
        const float *start = i > 0 ? c : p->columnBias ? p->columnBias + n : NULL;
        halfTile(count, n1 - n, depth, a + m * p->lda, p->lda, packed, start, i > 0 ? p->ldc : 0,
                 c, p->ldc);
      }
    }
  }
  if (p->activation == CK_GELU)
    for (int64_t m = m0; m < m1; m++)
      geluTanh(p->c + m * p->ldc + n0, n1 - n0, p->c + m * p->ldc + n0);
}

