// PNG in and out of memory without longjmp reaching the caller.
//
// Every function returns 1 on success; otherwise 0 and one sentence in `message`.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define CPNG_MESSAGE_CAPACITY 200

typedef struct {
  uint32_t max_side;
  uint64_t max_pixels;
  size_t max_chunk_bytes;
  int over_black;  // 1 lays transparent pixels over black, 0 drops alpha
  int keep_depth;  // 1 keeps 16-bit values, 0 rounds them to 8
} cpng_limits;

// One text chunk; `value` is UTF-8 for iTXt and Latin-1 for tEXt and zTXt.
typedef struct {
  char *key;
  char *value;
  size_t value_length;
  int is_utf8;
} cpng_text;

// Decoded picture.
typedef struct {
  uint32_t width;
  uint32_t height;
  int channels;          // 1 or 3
  int depth;             // 8, or 16 in this machine's byte order
  int significant_bits;  // of a 16-bit file that says so (sBIT), else 0
  uint8_t *pixels;
  cpng_text *texts;
  size_t text_count;
} cpng_picture;

// Decodes the whole file, IEND included. Release `picture` whatever is returned.
int cpng_decode(const uint8_t *bytes, size_t length, cpng_limits limits, cpng_picture *picture,
                char message[CPNG_MESSAGE_CAPACITY]);

void cpng_release(cpng_picture *picture);

// Encodes 8-bit gray (1 channel) or RGB (3). `*encoded` is malloc'ed; free it with cpng_free.
int cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                const cpng_text *texts, size_t text_count, uint8_t **encoded,
                size_t *encoded_length, char message[CPNG_MESSAGE_CAPACITY]);

void cpng_free(void *memory);
