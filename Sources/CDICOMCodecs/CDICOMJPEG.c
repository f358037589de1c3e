#include "GrayJPEGFrame.h"

#include <stdio.h>

static void say(char *message, const char *text) {
  snprintf(message, CDICOM_MESSAGE_CAPACITY, "%s", text);
}

int cdicom_decode_jpeg(const uint8_t *stream, size_t length, cdicom_format format,
                       uint32_t precision, uint8_t *pixels, size_t pixel_bytes,
                       char message[CDICOM_MESSAGE_CAPACITY]) {
  say(message, "");
  const gray_jpeg_frame frame = {
      .stream = stream,
      .length = length,
      .columns = format.columns,
      .rows = format.rows,
      .pixels = pixels,
      .bytes_per_value = format.bits_allocated / 8,
  };
  if ((uint64_t)format.columns * format.rows * frame.bytes_per_value != pixel_bytes) {
    say(message, "its pixels have another size than its header says");
    return 0;
  }
  if (precision < 2 || precision > format.bits_allocated) {
    say(message, "its JPEG pixels have other bits than its header says");
    return 0;
  }
  if (precision <= 8) return cdicom_gray_jpeg8(frame, message);
  if (precision <= 12) return cdicom_gray_jpeg12(frame, message);
  return cdicom_gray_jpeg16(frame, message);
}
