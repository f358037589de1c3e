// MARK: Matrix product

CK_INLINE Lanes broadcast(float x) {
#if CK_LANES == 16
  return (Lanes){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
#elif CK_LANES == 8
  return (Lanes){x, x, x, x, x, x, x, x};
#else
  return (Lanes){x, x, x, x};
#endif
}

// c[rows, panel] = start[rows, panel] + a[rows, depth] * packed[depth, panel]; a null start is
// zero, and a row stride of zero starts every row with the same values.
#define CK_MICRO(R)                                                                              \
  CK_INLINE void micro##R(int64_t depth, const float *a, int64_t lda, const float *packed,       \
                          const float *start, int64_t lds, float *c, int64_t ldc) {              \
    Lanes sum[R][CK_VECTORS];                                                                    \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++)                               \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < CK_VECTORS; v++) sum[r][v] =      \
            start ? load(start + r * lds + v * CK_LANES) : broadcast(0);                         \
    for (int64_t i = 0; i < depth; i++) {                                                        \
      Lanes b[CK_VECTORS];                                                                       \
      _Pragma("clang loop unroll(full)") for (int v = 0; v < CK_VECTORS; v++) b[v] =             \
          load(packed + i * CK_PANEL + v * CK_LANES);                                            \
      _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++) {                           \
        Lanes x = broadcast(a[r * lda + i]);                                                     \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < CK_VECTORS; v++) sum[r][v] =      \
            CK_FMA(x, b[v], sum[r][v]);                                                          \
      }                                                                                          \
    }                                                                                            \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++)                               \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < CK_VECTORS; v++)                  \
            store(c + r * ldc + v * CK_LANES, sum[r][v]);                                        \
  }

CK_MICRO(1)
CK_MICRO(2)
CK_MICRO(3)
CK_MICRO(4)
#if CK_ROWS > 4
CK_MICRO(5)
CK_MICRO(6)
#endif
#if CK_ROWS > 6
CK_MICRO(7)
CK_MICRO(8)
CK_MICRO(9)
CK_MICRO(10)
CK_MICRO(11)
CK_MICRO(12)
#endif

// Calls the kernel named `name` for a count of rows known only at run time.
#if CK_ROWS > 6
#define CK_BY_ROWS(name, rows, ...)           \
  switch (rows) {                             \
    case 1: name##1(__VA_ARGS__); break;      \
    case 2: name##2(__VA_ARGS__); break;      \
    case 3: name##3(__VA_ARGS__); break;      \
    case 4: name##4(__VA_ARGS__); break;      \
    case 5: name##5(__VA_ARGS__); break;      \
    case 6: name##6(__VA_ARGS__); break;      \
    case 7: name##7(__VA_ARGS__); break;      \
    case 8: name##8(__VA_ARGS__); break;      \
    case 9: name##9(__VA_ARGS__); break;      \
    case 10: name##10(__VA_ARGS__); break;    \
    case 11: name##11(__VA_ARGS__); break;    \
    case 12: name##12(__VA_ARGS__); break;    \
    default: break;                           \
  }
#elif CK_ROWS > 4
#define CK_BY_ROWS(name, rows, ...)           \
  switch (rows) {                             \
    case 1: name##1(__VA_ARGS__); break;      \
    case 2: name##2(__VA_ARGS__); break;      \
    case 3: name##3(__VA_ARGS__); break;      \
    case 4: name##4(__VA_ARGS__); break;      \
    case 5: name##5(__VA_ARGS__); break;      \
    case 6: name##6(__VA_ARGS__); break;      \
    default: break;                           \
  }
#else
#define CK_BY_ROWS(name, rows, ...)           \
  switch (rows) {                             \
    case 1: name##1(__VA_ARGS__); break;      \
    case 2: name##2(__VA_ARGS__); break;      \
    case 3: name##3(__VA_ARGS__); break;      \
    case 4: name##4(__VA_ARGS__); break;      \
    default: break;                           \
  }
#endif

static void micro(int64_t rows, int64_t depth, const float *a, int64_t lda, const float *packed,
                  const float *start, int64_t lds, float *c, int64_t ldc) {
  CK_BY_ROWS(micro, rows, depth, a, lda, packed, start, lds, c, ldc)
}

// One register tile; beyond `width` columns it writes nothing.
static void microTile(int64_t rows, int64_t width, int64_t depth, const float *a, int64_t lda,
                      const float *packed, const float *start, int64_t lds, float *c, int64_t ldc) {
  if (width >= CK_PANEL) {
    micro(rows, depth, a, lda, packed, start, lds, c, ldc);
    return;
  }
  float edge[CK_ROWS * CK_PANEL];
  memset(edge, 0, sizeof edge);
  if (start)
    for (int64_t i = 0; i < rows; i++)
      memcpy(edge + i * CK_PANEL, start + i * lds, (size_t)width * 4);
  micro(rows, depth, a, lda, packed, edge, CK_PANEL, edge, CK_PANEL);
  for (int64_t i = 0; i < rows; i++) memcpy(c + i * ldc, edge + i * CK_PANEL, (size_t)width * 4);
}

// c[rows, columns] = start + a[rows, depth] * packed, packed being panels of CK_PANEL columns.
static void multiplyPacked(int64_t rows, int64_t columns, int64_t depth, const float *a,
                           int64_t lda, const float *packed, int64_t panelStride,
                           const float *start, int64_t lds, float *c, int64_t ldc) {
  for (int64_t r = 0; r < rows; r += CK_ROWS) {
    int64_t count = rows - r < CK_ROWS ? rows - r : CK_ROWS;
    for (int64_t n = 0; n < columns; n += CK_PANEL)
      microTile(count, columns - n, depth, a + r * lda, lda, packed + n / CK_PANEL * panelStride,
                start ? start + r * lds + n : NULL, lds, c + r * ldc + n, ldc);
  }
}

// Packs columns [0, width) of a depth x n matrix, zero beyond width.
static void packRows(const float *b, int64_t ldb, int64_t depth, int64_t width, float *packed) {
  for (int64_t i = 0; i < depth; i++) {
    float *row = packed + i * CK_PANEL;
    if (width == CK_PANEL) {
      memcpy(row, b + i * ldb, CK_PANEL * 4);
    } else {
      for (int64_t j = 0; j < CK_PANEL; j++) row[j] = j < width ? b[i * ldb + j] : 0;
    }
  }
}

// Packs rows [0, width) of an n x depth matrix as columns, zero beyond width.
static void packTransposed(const float *b, int64_t ldb, int64_t depth, int64_t width,
                           float *packed) {
  int64_t j = 0;
  for (; j + 4 <= width; j += 4) {
    const float *b0 = b + j * ldb, *b1 = b0 + ldb, *b2 = b1 + ldb, *b3 = b2 + ldb;
    typedef float Four __attribute__((vector_size(16), aligned(4)));
    int64_t i = 0;
    for (; i + 4 <= depth; i += 4) {
      Four x0 = *(const Four *)(b0 + i), x1 = *(const Four *)(b1 + i);
      Four x2 = *(const Four *)(b2 + i), x3 = *(const Four *)(b3 + i);
      Four a0 = __builtin_shufflevector(x0, x1, 0, 4, 1, 5);
      Four a1 = __builtin_shufflevector(x0, x1, 2, 6, 3, 7);
      Four c0 = __builtin_shufflevector(x2, x3, 0, 4, 1, 5);
      Four c1 = __builtin_shufflevector(x2, x3, 2, 6, 3, 7);
      float *row = packed + i * CK_PANEL + j;
      *(Four *)row = __builtin_shufflevector(a0, c0, 0, 1, 4, 5);
      *(Four *)(row + CK_PANEL) = __builtin_shufflevector(a0, c0, 2, 3, 6, 7);
      *(Four *)(row + 2 * CK_PANEL) = __builtin_shufflevector(a1, c1, 0, 1, 4, 5);
      *(Four *)(row + 3 * CK_PANEL) = __builtin_shufflevector(a1, c1, 2, 3, 6, 7);
    }
    for (; i < depth; i++) {
      float *row = packed + i * CK_PANEL + j;
      row[0] = b0[i];
      row[1] = b1[i];
      row[2] = b2[i];
      row[3] = b3[i];
    }
  }
  for (; j < CK_PANEL; j++)
    for (int64_t i = 0; i < depth; i++)
      packed[i * CK_PANEL + j] = j < width ? b[j * ldb + i] : 0;
}

static void matrixProduct(const CKMatrixProduct *p, int64_t m0, int64_t m1, int64_t n0,
                          int64_t n1) {
  float packed[CK_DEPTH * CK_BLOCK] __attribute__((aligned(64)));
  for (int64_t n = n0; n < n1; n += CK_BLOCK) {
    int64_t columns = n1 - n < CK_BLOCK ? n1 - n : CK_BLOCK;
    float *c = p->c + m0 * p->ldc + n;
    const float *start = p->columnBias ? p->columnBias + n : NULL;
    int64_t lds = 0;
    for (int64_t i = 0; i < p->k || i == 0; i += CK_DEPTH) {
      int64_t depth = p->k - i < CK_DEPTH ? p->k - i : CK_DEPTH;
      for (int64_t j = 0; j < columns; j += CK_PANEL) {
        int64_t width = columns - j < CK_PANEL ? columns - j : CK_PANEL;
        float *panel = packed + j / CK_PANEL * (CK_DEPTH * CK_PANEL);
        if (p->transposed)
          packTransposed(p->b + (n + j) * p->ldb + i, p->ldb, depth, width, panel);
        else
          packRows(p->b + i * p->ldb + n + j, p->ldb, depth, width, panel);
      }
      multiplyPacked(m1 - m0, columns, depth, p->a + m0 * p->lda + i, p->lda, packed,
                     CK_DEPTH * CK_PANEL, start, lds, c, p->ldc);
      start = c;
      lds = p->ldc;
    }
    if (p->activation == CK_GELU)
      for (int64_t m = m0; m < m1; m++) geluTanh(p->c + m * p->ldc + n, columns, p->c + m * p->ldc + n);
  }
}

// Independent chains of multiply-adds in all registers of a tile; returns the operations done.
static double peak(int64_t rounds, float *result) {
  Lanes sum[CK_ROWS][CK_VECTORS], x = broadcast(0.999f), y = broadcast(0.001f);
  for (int r = 0; r < CK_ROWS; r++)
    for (int v = 0; v < CK_VECTORS; v++) sum[r][v] = broadcast((float)(r + v));
  for (int64_t i = 0; i < rounds; i++) {
    __asm__ volatile("" : "+m"(*result));
    _Pragma("clang loop unroll(full)") for (int r = 0; r < CK_ROWS; r++)
        _Pragma("clang loop unroll(full)") for (int v = 0; v < CK_VECTORS; v++) sum[r][v] =
            CK_FMA(sum[r][v], x, y);
  }
  Lanes total = broadcast(0);
  for (int r = 0; r < CK_ROWS; r++)
    for (int v = 0; v < CK_VECTORS; v++) total += sum[r][v];
  *result = total[0];
  return 2.0 * (double)rounds * CK_ROWS * CK_VECTORS * CK_LANES;
}
