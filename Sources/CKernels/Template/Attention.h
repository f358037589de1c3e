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

static void attention(const CKAttention *t, int64_t q0, int64_t q1, float *scratch) {
  int64_t keyPanels = (t->keys + CK_PANEL - 1) / CK_PANEL;
  int64_t valuePanels = (t->width + CK_PANEL - 1) / CK_PANEL;
  int64_t keyStride = t->width * CK_PANEL, valueStride = t->keys * CK_PANEL;
  int64_t keyFloats = keyPanels * keyStride, valueFloats = valuePanels * valueStride;
  int64_t padded = keyPanels * CK_PANEL;
  float *keys = scratch, *values = keys + keyFloats, *scores = values + valueFloats;
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
    multiplyPacked(rows, padded, t->width, t->q + q * t->qStride, t->qStride, keys, keyStride,
                   NULL, 0, scores, padded);
    for (int64_t r = 0; r < rows; r++) {
      float *row = scores + r * padded;
      float scale = t->scale;
      if (t->bias) {
        const float *bias = t->bias + (q + r) * t->biasStride;
        for (int64_t i = 0; i < t->keys; i++) row[i] = row[i] * scale + bias[i];
        scale = 1;
      }
      softmaxRow(row, t->keys, scale);
    }
    multiplyPacked(rows, t->width, t->keys, scores, padded, values, valueStride, NULL, 0,
                   t->out + q * t->outStride, t->outStride);
  }
}

