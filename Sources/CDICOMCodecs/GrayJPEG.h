// One gray JPEG frame by one of GDCM's three libjpegs, which differ in the width of a sample.
//
// The includer has included a jpeglib.h and its jerror.h, and has defined GRAY_JPEG, the function's name.
// GDCM's own use of these libraries prints every problem, and takes an unexpected warning for a fault of
// the program, which it then ends.
#include "GrayJPEGFrame.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

// A progressive file of a radiograph has about ten scans; thousands only cost time.
enum { max_scans = 200 };

typedef struct {
  struct jpeg_error_mgr manager;  // must be first: libjpeg hands back a pointer to it
  jmp_buf escape;
  char *message;
} error_state;

static void give_up(j_common_ptr info, const char *text) {
  error_state *state = (error_state *)info->err;
  snprintf(state->message, CDICOM_MESSAGE_CAPACITY, "its JPEG pixels are damaged: %s", text);
  longjmp(state->escape, 1);
}

static void on_error(j_common_ptr info) {
  char text[JMSG_LENGTH_MAX];
  info->err->format_message(info, text);
  give_up(info, text);
}

// libjpeg paints over damage with a warning; a painted-over radiograph must not be scored.
static void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_JFIF_MAJOR: break;  // a newer header, without a meaning for gray pixels
    default: on_error(info);
  }
}

static void on_output(j_common_ptr info) { (void)info; }

static void on_progress(j_common_ptr info) {
  if (((j_decompress_ptr)info)->input_scan_number > max_scans) {
    give_up(info, "it has more scans than any picture needs");
  }
}

static void begin_source(j_decompress_ptr info) { (void)info; }

// Some writers forget the end marker, and libjpeg reads ahead of the last pixel: it gets one, once. Where
// pixels are missing it warns of the marker.
static boolean fill_source(j_decompress_ptr info) {
  static const JOCTET end[] = {0xff, JPEG_EOI};
  if (info->src->next_input_byte == end + sizeof end) {
    give_up((j_common_ptr)info, "the frame ends too early");
  }
  info->src->next_input_byte = end;
  info->src->bytes_in_buffer = sizeof end;
  return TRUE;
}

static void skip_source(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  if ((unsigned long)count > info->src->bytes_in_buffer) {
    give_up((j_common_ptr)info, "the frame ends too early");
  }
  info->src->next_input_byte += count;
  info->src->bytes_in_buffer -= (size_t)count;
}

static int decode(j_decompress_ptr info, error_state *state, gray_jpeg_frame frame) {
  struct jpeg_source_mgr source = {
      .next_input_byte = frame.stream,
      .bytes_in_buffer = frame.length,
      .init_source = begin_source,
      .fill_input_buffer = fill_source,
      .skip_input_data = skip_source,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = begin_source,
  };
  if (setjmp(state->escape)) return 0;
  info->src = &source;
  jpeg_read_header(info, TRUE);
  if (info->num_components != 1 || info->image_width != frame.columns ||
      info->image_height != frame.rows) {
    give_up((j_common_ptr)info, "it has another size than the file's header says");
  }
  jpeg_start_decompress(info);
  if (info->output_width != frame.columns || info->output_components != 1) {
    give_up((j_common_ptr)info, "it has another size than the file's header says");
  }
  JSAMPARRAY row =
      info->mem->alloc_sarray((j_common_ptr)info, JPOOL_IMAGE, info->output_width, 1);
  uint8_t *bytes = frame.pixels;
  while (info->output_scanline < info->output_height) {
    jpeg_read_scanlines(info, row, 1);
    for (uint32_t x = 0; x < frame.columns; x++) {
      const uint16_t value = (uint16_t)row[0][x];
      if (frame.bytes_per_value == 1) {
        *bytes = (uint8_t)value;
      } else {
        memcpy(bytes, &value, sizeof value);
      }
      bytes += frame.bytes_per_value;
    }
  }
  // What follows the last pixel does not matter.
  return 1;
}

int GRAY_JPEG(gray_jpeg_frame frame, char message[CDICOM_MESSAGE_CAPACITY]) {
  struct jpeg_decompress_struct info;
  memset(&info, 0, sizeof info);
  error_state state;
  memset(&state, 0, sizeof state);
  state.message = message;
  info.err = jpeg_std_error(&state.manager);
  state.manager.error_exit = on_error;
  state.manager.emit_message = on_message;
  state.manager.output_message = on_output;
  struct jpeg_progress_mgr progress = {.progress_monitor = on_progress};
  int ok = 0;
  if (!setjmp(state.escape)) {
    jpeg_create_decompress(&info);
    info.progress = &progress;
    ok = decode(&info, &state, frame);
  }
  jpeg_destroy_decompress(&info);
  return ok;
}
