// The compressed pixels of DICOM files, decoded by GDCM and its libjpegs without exceptions or jumps
// reaching the caller, and without a word on the terminal.
//
// GDCM gets the fragments alone and never the file: headers are read by checked code of our own.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CDICOM_MESSAGE_CAPACITY 200

typedef struct {
  const char *transfer_syntax;  // UID
  uint32_t columns;
  uint32_t rows;
  uint16_t bits_allocated;  // 8 or 16
  uint16_t bits_stored;
  uint16_t high_bit;
  uint16_t is_signed;
} cdicom_format;

// Decodes one gray frame of JPEG 2000. `pixels` receives rows × columns values of
// `bits_allocated` bits in this machine's byte order; `pixel_bytes` must be exactly their size. Returns 1
// on success; otherwise 0 and one sentence in `message`.
int cdicom_decode(const uint8_t *stream, size_t length, cdicom_format format, uint8_t *pixels,
                  size_t pixel_bytes, char message[CDICOM_MESSAGE_CAPACITY]);

// The same for one gray frame of JPEG, lossy or lossless, whose header says `precision` bits a value.
// Whatever libjpeg would only warn of is an error.
int cdicom_decode_jpeg(const uint8_t *stream, size_t length, cdicom_format format,
                       uint32_t precision, uint8_t *pixels, size_t pixel_bytes,
                       char message[CDICOM_MESSAGE_CAPACITY]);

#ifdef __cplusplus
}
#endif
