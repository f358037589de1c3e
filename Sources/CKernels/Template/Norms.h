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

