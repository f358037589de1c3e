// JPEG out of memory without longjmp reaching the caller.
//
// Every function returns 1 on success; otherwise 0 and one sentence in `message`.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define CJPEG_MESSAGE_CAPACITY 200

typedef struct {
  uint32_t max_side;
  uint64_t max_pixels;
} cjpeg_limits;

// Decoded picture, 8 bits per value, as stored: orientation is not applied.
typedef struct {
  uint32_t width;
  uint32_t height;
  int channels;  // 1 (gray) or 3 (red, green, blue)
  uint8_t *pixels;
} cjpeg_picture;

// Decodes the whole file with the settings that Pillow and OpenCV use: the accurate integer
// transform and smooth upsampling. Cut and damaged files are refused. Release `picture` whatever is
// returned.
int cjpeg_decode(const uint8_t *bytes, size_t length, cjpeg_limits limits, cjpeg_picture *picture,
                 char message[CJPEG_MESSAGE_CAPACITY]);

void cjpeg_release(cjpeg_picture *picture);
