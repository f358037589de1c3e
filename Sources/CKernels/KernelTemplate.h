// Included by one file per CPU level, which defines CK_TABLE, CK_FUSED (fused multiply-add),
// and the register tile: CK_ROWS rows by CK_VECTORS vectors of CK_LANES floats.

#include <stdlib.h>
#include <string.h>

#include "KernelTable.h"

#define CK_PANEL (CK_LANES * CK_VECTORS)
// Depth of a packed panel: CK_DEPTH * CK_PANEL floats stay in the first-level cache.
#define CK_DEPTH 256
// Columns packed at once; all of them stay in the second-level cache.
#define CK_BLOCK (8 * CK_PANEL)

// Vectors are passed only between functions that are always inlined, so their ABI plays no part.
#pragma clang diagnostic ignored "-Wpsabi"
#define CK_INLINE static inline __attribute__((always_inline))

typedef float Lanes __attribute__((vector_size(CK_LANES * 4)));
typedef float LanesUnaligned __attribute__((vector_size(CK_LANES * 4), aligned(4)));

// Elementwise work and sums use sixteen lanes at every level, so that sums are cut alike.
typedef float Wide __attribute__((vector_size(64)));
typedef float WideUnaligned __attribute__((vector_size(64), aligned(4)));
typedef int32_t WideInt __attribute__((vector_size(64)));

#if CK_FUSED
#define CK_FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))
#else
#define CK_FMA(a, b, c) ((a) * (b) + (c))
#endif

CK_INLINE Lanes load(const float *p) { return *(const LanesUnaligned *)p; }
CK_INLINE void store(float *p, Lanes x) { *(LanesUnaligned *)p = x; }
CK_INLINE Wide wide(float x) {
  return (Wide){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}
CK_INLINE Wide loadWide(const float *p) { return *(const WideUnaligned *)p; }
CK_INLINE void storeWide(float *p, Wide x) { *(WideUnaligned *)p = x; }

CK_INLINE Wide choose(WideInt mask, Wide yes, Wide no) {
  return (Wide)((mask & (WideInt)yes) | (~mask & (WideInt)no));
}

// MARK: Matrix product

// c[rows, panel] (+)= a[rows, depth] * packed[depth, panel]; c is read first unless `start` says
// what to begin with.
#define CK_MICRO(R)                                                                              \
  CK_INLINE void micro##R(int64_t depth, const float *a, int64_t lda, const float *packed,       \
                          float *c, int64_t ldc) {                                               \
    Lanes sum[R][CK_VECTORS];                                                                    \
    _Pragma("clang loop unroll(full)") for (int r = 0; r < R; r++)                               \
        _Pragma("clang loop unroll(full)") for (int v = 0; v < CK_VECTORS; v++) sum[r][v] =      \
            load(c + r * ldc + v * CK_LANES);                                                    \
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

CK_INLINE Lanes broadcast(float x) {
#if CK_LANES == 16
  return (Lanes){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
#elif CK_LANES == 8
  return (Lanes){x, x, x, x, x, x, x, x};
#else
  return (Lanes){x, x, x, x};
#endif
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

static void micro(int64_t rows, int64_t depth, const float *a, int64_t lda, const float *packed,
                  float *c, int64_t ldc) {
  switch (rows) {
    case 1: micro1(depth, a, lda, packed, c, ldc); break;
    case 2: micro2(depth, a, lda, packed, c, ldc); break;
    case 3: micro3(depth, a, lda, packed, c, ldc); break;
    case 4: micro4(depth, a, lda, packed, c, ldc); break;
#if CK_ROWS > 4
    case 5: micro5(depth, a, lda, packed, c, ldc); break;
    case 6: micro6(depth, a, lda, packed, c, ldc); break;
#endif
#if CK_ROWS > 6
    case 7: micro7(depth, a, lda, packed, c, ldc); break;
    case 8: micro8(depth, a, lda, packed, c, ldc); break;
    case 9: micro9(depth, a, lda, packed, c, ldc); break;
    case 10: micro10(depth, a, lda, packed, c, ldc); break;
    case 11: micro11(depth, a, lda, packed, c, ldc); break;
    case 12: micro12(depth, a, lda, packed, c, ldc); break;
#endif
    default: break;
  }
}

// c[rows, columns] += a[rows, depth] * packed, packed being panels of CK_PANEL columns.
static void multiplyPacked(int64_t rows, int64_t columns, int64_t depth, const float *a,
                           int64_t lda, const float *packed, int64_t panelStride, float *c,
                           int64_t ldc) {
  for (int64_t r = 0; r < rows; r += CK_ROWS) {
    int64_t count = rows - r < CK_ROWS ? rows - r : CK_ROWS;
    for (int64_t n = 0; n < columns; n += CK_PANEL) {
      const float *panel = packed + n / CK_PANEL * panelStride;
      int64_t width = columns - n < CK_PANEL ? columns - n : CK_PANEL;
      if (width == CK_PANEL) {
        micro(count, depth, a + r * lda, lda, panel, c + r * ldc + n, ldc);
      } else {
        float edge[CK_ROWS * CK_PANEL];
        memset(edge, 0, sizeof edge);
        for (int64_t i = 0; i < count; i++)
          memcpy(edge + i * CK_PANEL, c + (r + i) * ldc + n, (size_t)width * 4);
        micro(count, depth, a + r * lda, lda, panel, edge, CK_PANEL);
        for (int64_t i = 0; i < count; i++)
          memcpy(c + (r + i) * ldc + n, edge + i * CK_PANEL, (size_t)width * 4);
      }
    }
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
  if (!p->accumulate) {
    for (int64_t m = m0; m < m1; m++) {
      float *row = p->c + m * p->ldc;
      if (p->columnBias) {
        memcpy(row + n0, p->columnBias + n0, (size_t)(n1 - n0) * 4);
      } else {
        float start = p->rowBias ? p->rowBias[m] : 0;
        for (int64_t n = n0; n < n1; n++) row[n] = start;
      }
    }
  }
  for (int64_t n = n0; n < n1; n += CK_BLOCK) {
    int64_t columns = n1 - n < CK_BLOCK ? n1 - n : CK_BLOCK;
    for (int64_t i = 0; i < p->k; i += CK_DEPTH) {
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
                     CK_DEPTH * CK_PANEL, p->c + m0 * p->ldc + n, p->ldc);
    }
  }
}

// MARK: Convolution

// Packs patches for output pixels [p, p + width), depths [k0, k0 + depth).
static void packPatches(const CKConvolution *c, int64_t p, int64_t width, int64_t k0,
                        int64_t depth, float *packed) {
  int64_t area = c->kernelHeight * c->kernelWidth;
  int64_t height = c->inputHeight << c->upsampled, across = c->inputWidth << c->upsampled;
  int64_t y0 = p / c->outputWidth, x0 = p % c->outputWidth;
  int sameRow = x0 + width <= c->outputWidth;
  for (int64_t i = 0; i < depth; i++) {
    int64_t channel = (k0 + i) / area, tap = (k0 + i) % area;
    int64_t dy = tap / c->kernelWidth - c->padTop, dx = tap % c->kernelWidth - c->padLeft;
    const float *plane = c->input + channel * c->inputHeight * c->inputWidth;
    float *row = packed + i * CK_PANEL;
    int64_t y = y0 * c->stride + dy;
    if (sameRow) {
      if (y < 0 || y >= height) {
        memset(row, 0, CK_PANEL * 4);
        continue;
      }
      const float *line = plane + (y >> c->upsampled) * c->inputWidth;
      int64_t x = x0 * c->stride + dx;
      if (c->stride == 1 && !c->upsampled && width == CK_PANEL && x >= 0 &&
          x + CK_PANEL <= across) {
        memcpy(row, line + x, CK_PANEL * 4);
        continue;
      }
      for (int64_t j = 0; j < CK_PANEL; j++, x += c->stride)
        row[j] = j < width && x >= 0 && x < across ? line[x >> c->upsampled] : 0;
    } else {
      int64_t oy = y0, ox = x0;
      for (int64_t j = 0; j < CK_PANEL; j++) {
        int64_t sy = oy * c->stride + dy, sx = ox * c->stride + dx;
        int inside = j < width && sy >= 0 && sy < height && sx >= 0 && sx < across;
        row[j] =
            inside ? plane[(sy >> c->upsampled) * c->inputWidth + (sx >> c->upsampled)] : 0;
        if (++ox == c->outputWidth) {
          ox = 0;
          oy++;
        }
      }
    }
  }
}

static void convolution(const CKConvolution *c, int64_t p0, int64_t p1) {
  float packed[CK_DEPTH * CK_BLOCK] __attribute__((aligned(64)));
  int64_t k = c->channels * c->kernelHeight * c->kernelWidth;
  int64_t area = c->outputHeight * c->outputWidth;
  for (int64_t m = 0; m < c->outputs; m++) {
    float start = c->bias ? c->bias[m] : 0;
    float *row = c->output + m * area;
    for (int64_t p = p0; p < p1; p++) row[p] = start;
  }
  for (int64_t p = p0; p < p1; p += CK_BLOCK) {
    int64_t columns = p1 - p < CK_BLOCK ? p1 - p : CK_BLOCK;
    for (int64_t i = 0; i < k; i += CK_DEPTH) {
      int64_t depth = k - i < CK_DEPTH ? k - i : CK_DEPTH;
      for (int64_t j = 0; j < columns; j += CK_PANEL) {
        int64_t width = columns - j < CK_PANEL ? columns - j : CK_PANEL;
        packPatches(c, p + j, width, i, depth, packed + j / CK_PANEL * (CK_DEPTH * CK_PANEL));
      }
      multiplyPacked(c->outputs, columns, depth, c->weight + i, k, packed, CK_DEPTH * CK_PANEL,
                     c->output + p, area);
    }
  }
}

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

// MARK: Sums

CK_INLINE float sumOf(Wide x) {
  float lane[16];
  storeWide(lane, x);
  for (int step = 8; step > 0; step /= 2)
    for (int i = 0; i < step; i++) lane[i] += lane[i + step];
  return lane[0];
}

CK_INLINE Wide loadTail(const float *x, int64_t count, float fill) {
  float tail[16];
  for (int64_t j = 0; j < 16; j++) tail[j] = j < count ? x[j] : fill;
  return loadWide(tail);
}

static float sumRow(const float *x, int64_t count) {
  Wide sum = wide(0);
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) sum += loadWide(x + i);
  if (i < count) sum += loadTail(x + i, count - i, 0);
  return sumOf(sum);
}

static float sumSquares(const float *x, int64_t count, float centre) {
  Wide sum = wide(0);
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    Wide d = loadWide(x + i) - wide(centre);
    sum = CK_FMA(d, d, sum);
  }
  if (i < count) {
    Wide d = loadTail(x + i, count - i, centre) - wide(centre);
    sum = CK_FMA(d, d, sum);
  }
  return sumOf(sum);
}

// MARK: Norms

static void layerNorm(const float *x, int64_t rows, int64_t width, float eps, const float *scale,
                      const float *shift, float *out) {
  for (int64_t r = 0; r < rows; r++, x += width, out += width) {
    float mean = sumRow(x, width) / (float)width;
    float inverse = 1.0f / __builtin_sqrtf(sumSquares(x, width, mean) / (float)width + eps);
    int64_t i = 0;
    if (scale) {
      for (; i + 16 <= width; i += 16) {
        Wide y = (loadWide(x + i) - wide(mean)) * wide(inverse);
        storeWide(out + i, CK_FMA(y, loadWide(scale + i) + wide(1.0f), loadWide(shift + i)));
      }
      if (i < width) {
        int64_t rest = width - i;
        Wide y = (loadTail(x + i, rest, 0) - wide(mean)) * wide(inverse);
        y = CK_FMA(y, loadTail(scale + i, rest, 0) + wide(1.0f), loadTail(shift + i, rest, 0));
        float tail[16];
        storeWide(tail, y);
        memcpy(out + i, tail, (size_t)rest * 4);
      }
    } else {
      for (; i < width; i++) out[i] = (x[i] - mean) * inverse;
    }
  }
}

static void rmsNorm(const float *x, int64_t rows, int64_t width, float eps, const float *weight,
                    float *out) {
  for (int64_t r = 0; r < rows; r++, x += width, out += width) {
    float inverse = 1.0f / __builtin_sqrtf(sumSquares(x, width, 0) / (float)width + eps);
    for (int64_t i = 0; i < width; i++) out[i] = x[i] * inverse * weight[i];
  }
}

static void groupNorm(const float *x, int64_t channels, int64_t area, float eps,
                      const float *weight, const float *bias, int32_t withSilu, float *out) {
  // Float sums over chunks, added in double: exact enough for a million pixels.
  const int64_t chunk = 4096, count = channels * area;
  double total = 0, squares = 0;
  for (int64_t i = 0; i < count; i += chunk)
    total += sumRow(x + i, count - i < chunk ? count - i : chunk);
  float mean = (float)(total / (double)count);
  for (int64_t i = 0; i < count; i += chunk)
    squares += sumSquares(x + i, count - i < chunk ? count - i : chunk, mean);
  float inverse = (float)(1.0 / __builtin_sqrt(squares / (double)count + (double)eps));
  for (int64_t c = 0; c < channels; c++, x += area, out += area) {
    Wide factor = wide(inverse * weight[c]), offset = wide(bias[c]), centre = wide(mean);
    int64_t i = 0;
    for (; i + 16 <= area; i += 16) {
      Wide y = CK_FMA(loadWide(x + i) - centre, factor, offset);
      storeWide(out + i, withSilu ? siluOf(y) : y);
    }
    if (i < area) {
      float tail[16];
      Wide y = CK_FMA(loadTail(x + i, area - i, 0) - centre, factor, offset);
      storeWide(tail, withSilu ? siluOf(y) : y);
      memcpy(out + i, tail, (size_t)(area - i) * 4);
    }
  }
}

// MARK: Softmax and attention

static void softmaxRow(float *x, int64_t width, float scale) {
  Wide largest = wide(-__builtin_inff());
  int64_t i = 0;
  for (; i + 16 <= width; i += 16) {
    Wide y = loadWide(x + i) * wide(scale);
    largest = choose(y > largest, y, largest);
  }
  if (i < width) {
    Wide y = loadTail(x + i, width - i, x[i]) * wide(scale);
    largest = choose(y > largest, y, largest);
  }
  float lane[16];
  storeWide(lane, largest);
  float top = lane[0];
  for (int j = 1; j < 16; j++) top = lane[j] > top ? lane[j] : top;
  Wide sum = wide(0);
  for (i = 0; i + 16 <= width; i += 16) {
    Wide y = exponential(CK_FMA(loadWide(x + i), wide(scale), wide(-top)));
    storeWide(x + i, y);
    sum += y;
  }
  if (i < width) {
    float tail[16] = {0};
    storeWide(tail, exponential(CK_FMA(loadTail(x + i, width - i, 0), wide(scale), wide(-top))));
    for (int64_t j = width - i; j < 16; j++) tail[j] = 0;
    sum += loadWide(tail);
    memcpy(x + i, tail, (size_t)(width - i) * 4);
  }
  float inverse = 1.0f / sumOf(sum);
  for (i = 0; i < width; i++) x[i] *= inverse;
}

static void softmax(float *x, int64_t rows, int64_t width, int64_t stride, float scale) {
  for (int64_t r = 0; r < rows; r++) softmaxRow(x + r * stride, width, scale);
}

// Scores exist for CK_QUERIES rows at a time; keys and values are packed once per call.
#define CK_QUERIES 48

static void attention(const CKAttention *t, int64_t q0, int64_t q1) {
  int64_t keyPanels = (t->keys + CK_PANEL - 1) / CK_PANEL;
  int64_t valuePanels = (t->width + CK_PANEL - 1) / CK_PANEL;
  int64_t keyStride = t->width * CK_PANEL, valueStride = t->keys * CK_PANEL;
  int64_t keyFloats = keyPanels * keyStride, valueFloats = valuePanels * valueStride;
  int64_t padded = keyPanels * CK_PANEL;
  size_t bytes = (size_t)(keyFloats + valueFloats + CK_QUERIES * padded) * 4;
  float *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!memory) abort();  // as every Swift allocation does
  float *keys = memory, *values = keys + keyFloats, *scores = values + valueFloats;
  for (int64_t j = 0; j < keyPanels; j++) {
    int64_t first = j * CK_PANEL, left = t->keys - first;
    packTransposed(t->k + first * t->kStride, t->kStride, t->width,
                   left < CK_PANEL ? left : CK_PANEL, keys + j * keyStride);
  }
  for (int64_t j = 0; j < valuePanels; j++) {
    int64_t first = j * CK_PANEL, left = t->width - first;
    packRows(t->v + first, t->vStride, t->keys, left < CK_PANEL ? left : CK_PANEL,
             values + j * valueStride);
  }
  for (int64_t q = q0; q < q1; q += CK_QUERIES) {
    int64_t rows = q1 - q < CK_QUERIES ? q1 - q : CK_QUERIES;
    memset(scores, 0, (size_t)(rows * padded) * 4);
    multiplyPacked(rows, padded, t->width, t->q + q * t->qStride, t->qStride, keys, keyStride,
                   scores, padded);
    for (int64_t r = 0; r < rows; r++) {
      float *row = scores + r * padded;
      float scale = t->scale;
      if (t->bias) {
        const float *bias = t->bias + (q + r) * t->biasStride;
        for (int64_t i = 0; i < t->keys; i++) row[i] = row[i] * scale + bias[i];
        scale = 1;
      }
      softmaxRow(row, t->keys, scale);
      memset(t->out + (q + r) * t->outStride, 0, (size_t)t->width * 4);
    }
    multiplyPacked(rows, t->width, t->keys, scores, padded, values, valueStride,
                   t->out + q * t->outStride, t->outStride);
  }
  free(memory);
}

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

const CKKernelTable CK_TABLE = {
    matrixProduct, convolution, attention, layerNorm, rmsNorm, groupNorm,
    softmax,       geluTanh,    silu,      gatedAdd,  add,     multiply,
};
