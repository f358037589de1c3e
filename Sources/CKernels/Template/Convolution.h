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
                     c->output + p, area, c->output + p, area);
    }
  }
}

