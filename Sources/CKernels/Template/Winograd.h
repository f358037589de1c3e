// MARK: Winograd convolution

// F(4x4, 3x3) of Lavin and Gray 2016: 36 products where the definition takes 144. The image is cut
// into tiles of 4 x 4 outputs, whose 6 x 6 inputs overlap by two; sixteen tiles share a vector.

// The six rows of the input transform.
CK_INLINE void winogradInput(const Wide *a, int64_t step, Wide *o, int64_t stride) {
  Wide a0 = a[0], a1 = a[step], a2 = a[2 * step], a3 = a[3 * step], a4 = a[4 * step],
       a5 = a[5 * step];
  Wide p = CK_FMA(wide(-4), a2, a4), q = CK_FMA(wide(-4), a1, a3);
  Wide r = a4 - a2, s = a3 - a1;
  o[0] = CK_FMA(wide(4), a0, CK_FMA(wide(-5), a2, a4));
  o[stride] = p + q;
  o[2 * stride] = p - q;
  o[3 * stride] = CK_FMA(wide(2), s, r);
  o[4 * stride] = CK_FMA(wide(-2), s, r);
  o[5 * stride] = CK_FMA(wide(4), a1, CK_FMA(wide(-5), a3, a5));
}

// The four rows of the output transform.
CK_INLINE void winogradOutput(const Wide *m, int64_t step, Wide *o, int64_t stride) {
  Wide s1 = m[step] + m[2 * step], d1 = m[step] - m[2 * step];
  Wide s2 = m[3 * step] + m[4 * step], d2 = m[3 * step] - m[4 * step];
  o[0] = m[0] + s1 + s2;
  o[stride] = CK_FMA(wide(2), d2, d1);
  o[2 * stride] = CK_FMA(wide(4), s2, s1);
  o[3 * stride] = CK_FMA(wide(8), d2, d1) + m[5 * step];
}

// The six rows of the weight transform.
CK_INLINE void winogradWeight(const Wide *g, int64_t step, Wide *o, int64_t stride) {
  Wide g0 = g[0], g1 = g[step], g2 = g[2 * step];
  Wide outer = g0 + g2, far = CK_FMA(wide(4), g2, g0);
  o[0] = g0 * wide(0.25f);
  o[stride] = (outer + g1) * wide(-1.0f / 6);
  o[2 * stride] = (outer - g1) * wide(-1.0f / 6);
  o[3 * stride] = CK_FMA(wide(2), g1, far) * wide(1.0f / 24);
  o[4 * stride] = CK_FMA(wide(-2), g1, far) * wide(1.0f / 24);
  o[5 * stride] = g2;
}

// Outputs [k0, k1) of weights outputs x channels x 3 x 3 as 36 matrices outputs x channels, whose
// rows are CK_WINOGRAD_ROW(channels) apart: rows a power of two apart would share a cache set.
static void winogradWeights(const float *weight, int64_t outputs, int64_t channels, int64_t k0,
                            int64_t k1, float *transformed) {
  for (int64_t k = k0; k < k1; k++)
    for (int64_t c = 0; c < channels; c += 16) {
      int64_t count = channels - c < 16 ? channels - c : 16;
      float lanes[9][16] = {{0}};
      const float *source = weight + (k * channels + c) * 9;
      for (int64_t i = 0; i < count; i++)
        for (int tap = 0; tap < 9; tap++) lanes[tap][i] = source[i * 9 + tap];
      Wide g[9], half[18], result[36];
      for (int tap = 0; tap < 9; tap++) g[tap] = loadWide(lanes[tap]);
      for (int x = 0; x < 3; x++) winogradWeight(g + x, 3, half + x, 3);
      for (int y = 0; y < 6; y++) winogradWeight(half + 3 * y, 1, result + 6 * y, 1);
      for (int i = 0; i < 36; i++) {
        float *target = transformed + (i * outputs + k) * CK_WINOGRAD_ROW(channels) + c;
        if (count == 16) {
          storeWide(target, result[i]);
        } else {
          storeWide(lanes[0], result[i]);
          memcpy(target, lanes[0], (size_t)count * 4);
        }
      }
    }
}

// A run of pixels of one row of the (perhaps enlarged) input, zero outside.
static void winogradRow(const CKConvolution *c, const float *plane, int64_t y, int64_t x,
                        int64_t count, float *out) {
  int64_t height = c->inputHeight << c->upsampled, across = c->inputWidth << c->upsampled;
  if (y < 0 || y >= height) {
    memset(out, 0, (size_t)count * 4);
    return;
  }
  const float *line = plane + (y >> c->upsampled) * c->inputWidth;
  int64_t left = x < 0 ? -x : 0;
  int64_t right = x + count > across ? (across > x ? across - x : 0) : count;
  for (int64_t i = 0; i < left; i++) out[i] = 0;
  if (c->upsampled) {
    for (int64_t i = left; i < right; i++) out[i] = line[(x + i) >> 1];
  } else if (right > left) {
    memcpy(out + left, line + x + left, (size_t)(right - left) * 4);
  }
  for (int64_t i = right < left ? left : right; i < count; i++) out[i] = 0;
}

// Every fourth float from `p`: the same pixel of sixteen tiles side by side.
CK_INLINE Wide everyFourth(const float *p) {
  Wide a = loadWide(p), b = loadWide(p + 16), c = loadWide(p + 32), d = loadWide(p + 48);
  typedef float Half __attribute__((vector_size(32)));
  Half low = __builtin_shufflevector(a, b, 0, 4, 8, 12, 16, 20, 24, 28);
  Half high = __builtin_shufflevector(c, d, 0, 4, 8, 12, 16, 20, 24, 28);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

// The 36 values of sixteen tiles from `tile` on, of one channel.
static void winogradGather(const CKConvolution *c, const float *plane, int64_t tile, int64_t end,
                           int64_t across, Wide *result) {
  Wide vertical[36];
  int64_t y = tile / across, x = tile % across;
  if (x + 16 <= across) {
    float rows[6][84] __attribute__((aligned(64)));
    for (int i = 0; i < 6; i++) {
      winogradRow(c, plane, 4 * y - 1 + i, 4 * x - 1, 66, rows[i]);
      memset(rows[i] + 66, 0, 18 * 4);
    }
    for (int64_t j = 0; j < 80; j += 16) {
      Wide in[6], out[6];
      for (int i = 0; i < 6; i++) in[i] = loadWide(rows[i] + j);
      winogradInput(in, 1, out, 1);
      for (int i = 0; i < 6; i++) storeWide(rows[i] + j, out[i]);
    }
    for (int i = 0; i < 6; i++)
      for (int j = 0; j < 6; j++) vertical[6 * i + j] = everyFourth(rows[i] + j);
  } else {
    float lanes[36][16] __attribute__((aligned(64)));
    memset(lanes, 0, sizeof lanes);
    for (int64_t lane = 0; lane < 16 && tile + lane < end; lane++) {
      float row[6];
      for (int i = 0; i < 6; i++) {
        winogradRow(c, plane, 4 * y - 1 + i, 4 * x - 1, 6, row);
        for (int j = 0; j < 6; j++) lanes[6 * i + j][lane] = row[j];
      }
      if (++x == across) {
        x = 0;
        y++;
      }
    }
    for (int j = 0; j < 6; j++) {
      Wide in[6];
      for (int i = 0; i < 6; i++) in[i] = loadWide(lanes[6 * i + j]);
      winogradInput(in, 1, vertical + j, 6);
    }
  }
  for (int i = 0; i < 6; i++) winogradInput(vertical + 6 * i, 1, result + 6 * i, 1);
}

// Sixteen tiles of 4 x 4 outputs into the image, cut at its edges.
static void winogradScatter(const CKConvolution *c, float *plane, int64_t tile, int64_t end,
                            int64_t across, const Wide *result) {
  int64_t y = tile / across, x = tile % across;
  float lanes[16][16] __attribute__((aligned(64)));
  for (int i = 0; i < 16; i++) storeWide(lanes[i], result[i]);
  for (int64_t lane = 0; lane < 16 && tile + lane < end; lane++) {
    int64_t width = c->outputWidth - 4 * x < 4 ? c->outputWidth - 4 * x : 4;
    for (int64_t i = 0; i < 4 && 4 * y + i < c->outputHeight; i++) {
      float *row = plane + (4 * y + i) * c->outputWidth + 4 * x;
      for (int64_t j = 0; j < width; j++) row[j] = lanes[4 * i + j][lane];
    }
    if (++x == across) {
      x = 0;
      y++;
    }
  }
}

static void winograd(const CKConvolution *c, const float *transformed, int64_t t0, int64_t t1,
                     float *scratch) {
  int64_t across = (c->outputWidth + 3) / 4;
  int64_t columns = (t1 - t0 + 31) / 32 * 32, panels = columns / CK_PANEL;
  int64_t row = CK_WINOGRAD_ROW(c->channels);
  float *inputs = scratch, *products = scratch + 36 * columns * c->channels;
  for (int64_t channel = 0; channel < c->channels; channel++) {
    const float *plane = c->input + channel * c->inputHeight * c->inputWidth;
    for (int64_t t = 0; t < columns; t += 16) {
      Wide values[36];
      if (t0 + t < t1)
        winogradGather(c, plane, t0 + t, t1, across, values);
      else
        memset(values, 0, sizeof values);
      for (int i = 0; i < 36; i++) {
        float lanes[16];
        storeWide(lanes, values[i]);
        for (int64_t j = 0; j < 16; j += CK_PANEL < 16 ? CK_PANEL : 16) {
          int64_t panel = (t + j) / CK_PANEL, place = (t + j) % CK_PANEL;
          memcpy(inputs + ((i * panels + panel) * c->channels + channel) * CK_PANEL + place,
                 lanes + j, (CK_PANEL < 16 ? CK_PANEL : 16) * 4);
        }
      }
    }
  }
  for (int64_t depth0 = 0; depth0 < c->channels; depth0 += CK_DEPTH) {
    int64_t depth = c->channels - depth0 < CK_DEPTH ? c->channels - depth0 : CK_DEPTH;
    for (int64_t i = 0; i < 36; i++) {
      float *product = products + i * c->outputs * columns;
      multiplyPacked(c->outputs, columns, depth,
                     transformed + i * c->outputs * row + depth0, row,
                     inputs + i * panels * c->channels * CK_PANEL + depth0 * CK_PANEL,
                     c->channels * CK_PANEL, depth0 > 0 ? product : NULL, columns, product,
                     columns);
    }
  }
  for (int64_t output = 0; output < c->outputs; output++) {
    Wide bias = wide(c->bias ? c->bias[output] : 0);
    float *plane = c->output + output * c->outputHeight * c->outputWidth;
    for (int64_t t = 0; t0 + t < t1; t += 16) {
      Wide values[36], half[24], result[16];
      for (int i = 0; i < 36; i++)
        values[i] = loadWide(products + (i * c->outputs + output) * columns + t);
      for (int x = 0; x < 6; x++) winogradOutput(values + x, 6, half + x, 6);
      for (int y = 0; y < 4; y++) winogradOutput(half + 6 * y, 1, result + 4 * y, 1);
      for (int i = 0; i < 16; i++) result[i] += bias;
      winogradScatter(c, plane, t0 + t, t1, across, result);
    }
  }
}

