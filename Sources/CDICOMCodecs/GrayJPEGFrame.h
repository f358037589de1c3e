// A compressed frame and where its pixels go; what the three decoders share.
#pragma once
#include "CDICOMCodecs.h"

typedef struct {
  const uint8_t *stream;
  size_t length;
  uint32_t columns;
  uint32_t rows;
  uint8_t *pixels;           // rows × columns values
  uint32_t bytes_per_value;  // 1 or 2
} gray_jpeg_frame;

int cdicom_gray_jpeg8(gray_jpeg_frame frame, char message[CDICOM_MESSAGE_CAPACITY]);
int cdicom_gray_jpeg12(gray_jpeg_frame frame, char message[CDICOM_MESSAGE_CAPACITY]);
int cdicom_gray_jpeg16(gray_jpeg_frame frame, char message[CDICOM_MESSAGE_CAPACITY]);
