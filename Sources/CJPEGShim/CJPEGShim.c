#include "CJPEGShim.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

// libjpeg reports its warnings by number only; the numbers are those of this header.
#include <jerror.h>

// A progressive file of a radiograph has about ten scans; thousands only cost time.
enum { max_scans = 200 };

typedef struct {
  struct jpeg_error_mgr manager;  // must be first: libjpeg hands back a pointer to it
  jmp_buf escape;
  char *message;
} error_state;

static void say(char *message, const char *text) {
  snprintf(message, CJPEG_MESSAGE_CAPACITY, "%s", text);
}

static void on_error(j_common_ptr info) {
  error_state *state = (error_state *)info->err;
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  say(state->message, text);
  longjmp(state->escape, 1);
}

static void give_up(j_common_ptr info, const char *text) {
  error_state *state = (error_state *)info->err;
  say(state->message, text);
  longjmp(state->escape, 1);
}

// libjpeg paints over damage with a warning; a painted-over radiograph must not be scored.
static void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_JPEG_EOF: give_up(info, "the file ends too early"); break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
    case JWRN_BOGUS_PROGRESSION: give_up(info, "its data are damaged"); break;
    default: info->err->num_warnings++;
  }
}

static void on_progress(j_common_ptr info) {
  if (((j_decompress_ptr)info)->input_scan_number > max_scans) {
    give_up(info, "it has more scans than any picture needs");
  }
}

static int decode(j_decompress_ptr info, error_state *state, const uint8_t *bytes, size_t length,
                  cjpeg_limits limits, cjpeg_picture *picture) {
  if (setjmp(state->escape)) return 0;
  jpeg_mem_src(info, bytes, (unsigned long)length);
  jpeg_read_header(info, TRUE);
  if (info->image_width > limits.max_side || info->image_height > limits.max_side ||
      (uint64_t)info->image_width * info->image_height > limits.max_pixels) {
    give_up((j_common_ptr)info, "the picture is larger than accepted");
  }
  if (info->num_components != 1 && info->num_components != 3) {
    give_up((j_common_ptr)info, info->num_components == 4
                                    ? "its colours are for print (CMYK), which no radiograph has"
                                    : "it has neither 1 nor 3 channels");
  }
  if (info->arith_code) give_up((j_common_ptr)info, "it is packed by arithmetic coding");
  // A block of 8 × 8 pixels takes at least one bit, so do not take the memory that a header asks for.
  if ((uint64_t)info->image_width * info->image_height / 512 > length) {
    give_up((j_common_ptr)info, "the file is too short for its width and height");
  }
  info->out_color_space = info->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  info->dct_method = JDCT_ISLOW;
  info->do_fancy_upsampling = TRUE;
  jpeg_start_decompress(info);
  size_t row_bytes = (size_t)info->output_width * (size_t)info->output_components;
  if (info->output_components != 1 && info->output_components != 3) {
    give_up((j_common_ptr)info, "it has neither 1 nor 3 channels");
  }
  picture->width = info->output_width;
  picture->height = info->output_height;
  picture->channels = info->output_components;
  picture->pixels = malloc(row_bytes * info->output_height);
  if (!picture->pixels) give_up((j_common_ptr)info, "there is not enough memory for it");
  while (info->output_scanline < info->output_height) {
    JSAMPROW row = picture->pixels + row_bytes * info->output_scanline;
    jpeg_read_scanlines(info, &row, 1);
  }
  jpeg_finish_decompress(info);
  return 1;
}

int cjpeg_decode(const uint8_t *bytes, size_t length, cjpeg_limits limits, cjpeg_picture *picture,
                 char message[CJPEG_MESSAGE_CAPACITY]) {
  memset(picture, 0, sizeof *picture);
  say(message, "");
  if (length < 4 || bytes[0] != 0xff || bytes[1] != 0xd8) {
    say(message, "it does not begin as a JPEG file does");
    return 0;
  }
  struct jpeg_decompress_struct info;
  memset(&info, 0, sizeof info);
  error_state state;
  memset(&state, 0, sizeof state);
  state.message = message;
  info.err = jpeg_std_error(&state.manager);
  state.manager.error_exit = on_error;
  state.manager.emit_message = on_message;
  struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
  int ok = 0;
  if (!setjmp(state.escape)) {
    jpeg_create_decompress(&info);
    info.progress = &progress;
    ok = decode(&info, &state, bytes, length, limits, picture);
  }
  jpeg_destroy_decompress(&info);
  return ok;
}

void cjpeg_release(cjpeg_picture *picture) {
  free(picture->pixels);
  memset(picture, 0, sizeof *picture);
}
