#include "CPNGShim.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

// Everything that must survive a longjmp. It belongs to the caller of the function with setjmp:
// C leaves that function's own changed variables undefined after the jump.
typedef struct {
  png_structp png;
  png_infop info;
  const uint8_t *input;
  size_t input_length;
  size_t input_offset;
  uint8_t *output;
  size_t output_length;
  size_t output_capacity;
  png_bytep *rows;
  png_textp texts;
  char *message;
} state;

static void say(char *message, const char *text) {
  size_t length = strlen(text);
  if (length >= CPNG_MESSAGE_CAPACITY) length = CPNG_MESSAGE_CAPACITY - 1;
  memcpy(message, text, length);
  message[length] = 0;
}

static void on_error(png_structp png, png_const_charp text) {
  state *s = png_get_error_ptr(png);
  say(s->message, text);
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void on_read(png_structp png, png_bytep out, png_size_t count) {
  state *s = png_get_io_ptr(png);
  if (count > s->input_length - s->input_offset) png_error(png, "the file ends too early");
  memcpy(out, s->input + s->input_offset, count);
  s->input_offset += count;
}

static void on_write(png_structp png, png_bytep bytes, png_size_t count) {
  state *s = png_get_io_ptr(png);
  if (count > s->output_capacity - s->output_length) {
    size_t wanted = s->output_capacity + count + s->output_capacity / 2 + 4096;
    uint8_t *grown = realloc(s->output, wanted);
    if (!grown) png_error(png, "out of memory");
    s->output = grown;
    s->output_capacity = wanted;
  }
  memcpy(s->output + s->output_length, bytes, count);
  s->output_length += count;
}

static void on_flush(png_structp png) { (void)png; }

static char *copied(const char *bytes, size_t length) {
  char *copy = malloc(length + 1);
  if (!copy) return NULL;
  memcpy(copy, bytes, length);
  copy[length] = 0;
  return copy;
}

// Copies the text chunks that stand in `info` after the whole file was read.
static int take_texts(png_structp png, png_infop info, cpng_picture *picture) {
  png_textp found = NULL;
  int count = 0;
  png_get_text(png, info, &found, &count);
  if (count <= 0) return 1;
  picture->texts = calloc((size_t)count, sizeof(cpng_text));
  if (!picture->texts) return 0;
  for (int i = 0; i < count; i++) {
    int is_utf8 = found[i].compression >= PNG_ITXT_COMPRESSION_NONE;
    size_t length = is_utf8 ? found[i].itxt_length : found[i].text_length;
    cpng_text *text = &picture->texts[picture->text_count++];
    text->key = copied(found[i].key, strlen(found[i].key));
    text->value = copied(found[i].text ? found[i].text : "", found[i].text ? length : 0);
    text->value_length = found[i].text ? length : 0;
    text->is_utf8 = is_utf8;
    if (!text->key || !text->value) return 0;
  }
  return 1;
}

static int decode(state *s, cpng_limits limits, cpng_picture *picture) {
  png_structp png = s->png;
  png_infop info = s->info;
  if (setjmp(png_jmpbuf(png))) return 0;
  png_set_read_fn(png, s, on_read);
  // Width and height are checked below, with a sentence of our own.
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_chunk_malloc_max(png, limits.max_chunk_bytes);
  png_set_chunk_cache_max(png, 256);
  png_read_info(png, info);

  png_uint_32 width = png_get_image_width(png, info);
  png_uint_32 height = png_get_image_height(png, info);
  if (width > limits.max_side || height > limits.max_side ||
      (uint64_t)width * height > limits.max_pixels) {
    png_error(png, "the picture is larger than accepted");
  }
  // Deflate packs at most 1032 bytes into one: a short file cannot hold a huge picture, so do not
  // take the memory that its header asks for.
  uint64_t raw = (uint64_t)png_get_rowbytes(png, info) * height;
  if (raw / 1032 > s->input_length) png_error(png, "the file is too short for its width and height");

  // Values stay as stored: no gamma, no colour management.
  int is_deep = limits.keep_depth && png_get_bit_depth(png, info) == 16;
  if (is_deep) {
    png_set_swap(png);  // to the byte order of this machine, which is little-endian
    png_color_8p significant = NULL;
    if (png_get_sBIT(png, info, &significant) && significant) {
      png_byte gray = significant->gray, bits = significant->red;
      if (significant->green > bits) bits = significant->green;
      if (significant->blue > bits) bits = significant->blue;
      picture->significant_bits = png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR ? bits : gray;
    }
  } else {
    png_set_scale_16(png);
  }
  if (png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (png_get_color_type(png, info) == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
  if (limits.over_black) {
    png_color_16 black = {0};
    if (png_get_valid(png, info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
    png_set_background(png, &black, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
  } else {
    png_set_strip_alpha(png);
  }
  png_set_interlace_handling(png);
  png_read_update_info(png, info);

  int channels = png_get_channels(png, info);
  size_t row_bytes = (size_t)width * (size_t)channels * (is_deep ? 2 : 1);
  if ((channels != 1 && channels != 3) || png_get_bit_depth(png, info) != (is_deep ? 16 : 8) ||
      png_get_rowbytes(png, info) != row_bytes) {
    png_error(png, "this kind of PNG is not understood");
  }
  picture->width = width;
  picture->height = height;
  picture->channels = channels;
  picture->depth = is_deep ? 16 : 8;
  picture->pixels = malloc(row_bytes * height);
  s->rows = malloc(sizeof(png_bytep) * height);
  if (!picture->pixels || !s->rows) png_error(png, "there is not enough memory for it");
  for (png_uint_32 y = 0; y < height; y++) s->rows[y] = picture->pixels + row_bytes * y;
  png_read_image(png, s->rows);
  png_read_end(png, info);
  if (!take_texts(png, info, picture)) png_error(png, "there is not enough memory for it");
  return 1;
}

// libpng takes the memory that a chunk's length announces before it reads the chunk, so every length
// is compared with what the file holds first.
static int chunks_fit(const uint8_t *bytes, size_t length) {
  size_t place = 8;
  while (length - place >= 12) {
    size_t size = (size_t)bytes[place] << 24 | (size_t)bytes[place + 1] << 16 |
                  (size_t)bytes[place + 2] << 8 | bytes[place + 3];
    if (size > length - place - 12) return 0;
    if (memcmp(bytes + place + 4, "IEND", 4) == 0) return 1;
    place += 12 + size;
  }
  return 0;
}

int cpng_decode(const uint8_t *bytes, size_t length, cpng_limits limits, cpng_picture *picture,
                char message[CPNG_MESSAGE_CAPACITY]) {
  memset(picture, 0, sizeof *picture);
  say(message, "");
  if (length < 8 || png_sig_cmp(bytes, 0, 8)) {
    say(message, "it does not begin with the PNG signature");
    return 0;
  }
  if (!chunks_fit(bytes, length)) {
    say(message, "the file ends too early, or a length in it is wrong");
    return 0;
  }
  state s = {.input = bytes, .input_length = length, .message = message};
  s.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
  s.info = s.png ? png_create_info_struct(s.png) : NULL;
  int ok = 0;
  if (s.info) {
    ok = decode(&s, limits, picture);
  } else {
    say(message, "libpng could not start");
  }
  free(s.rows);
  png_destroy_read_struct(&s.png, &s.info, NULL);
  return ok;
}

void cpng_release(cpng_picture *picture) {
  free(picture->pixels);
  for (size_t i = 0; i < picture->text_count; i++) {
    free(picture->texts[i].key);
    free(picture->texts[i].value);
  }
  free(picture->texts);
  memset(picture, 0, sizeof *picture);
}

static int encode(state *s, const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                  const cpng_text *texts, size_t text_count) {
  png_structp png = s->png;
  png_infop info = s->info;
  if (setjmp(png_jmpbuf(png))) return 0;
  png_set_write_fn(png, s, on_write, on_flush);
  // Named settings, so that the same pixels give the same bytes.
  png_set_compression_level(png, 6);
  png_set_compression_mem_level(png, 8);
  png_set_compression_strategy(png, 1);  // Z_FILTERED, made for filtered rows
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_IHDR(png, info, width, height, 8,
               channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (text_count > 0) {
    s->texts = calloc(text_count, sizeof(png_text));
    if (!s->texts) png_error(png, "there is not enough memory");
    for (size_t i = 0; i < text_count; i++) {
      png_textp text = &s->texts[i];
      text->compression = texts[i].is_utf8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE;
      text->key = texts[i].key;
      text->text = texts[i].value;
      *(texts[i].is_utf8 ? &text->itxt_length : &text->text_length) = texts[i].value_length;
    }
    png_set_text(png, info, s->texts, (int)text_count);
  }
  png_write_info(png, info);
  size_t row_bytes = (size_t)width * (size_t)channels;
  for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + row_bytes * y);
  png_write_end(png, info);
  return 1;
}

int cpng_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                const cpng_text *texts, size_t text_count, uint8_t **encoded,
                size_t *encoded_length, char message[CPNG_MESSAGE_CAPACITY]) {
  say(message, "");
  *encoded = NULL;
  *encoded_length = 0;
  state s = {.message = message};
  s.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
  s.info = s.png ? png_create_info_struct(s.png) : NULL;
  int ok = 0;
  if (s.info) {
    ok = encode(&s, pixels, width, height, channels, texts, text_count);
  } else {
    say(message, "libpng could not start");
  }
  free(s.texts);
  png_destroy_write_struct(&s.png, &s.info);
  if (ok) {
    *encoded = s.output;
    *encoded_length = s.output_length;
  } else {
    free(s.output);
  }
  return ok;
}

void cpng_free(void *memory) { free(memory); }
