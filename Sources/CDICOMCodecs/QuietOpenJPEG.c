// GDCM tells OpenJPEG to print its errors on the terminal. This definition is found before OpenJPEG's own, by
// GDCM too, and sets nothing: OpenJPEG then keeps its handler that says nothing, and the error that GDCM
// returns is said by us.
typedef void (*opj_message)(const char *text, void *data);

int opj_set_error_handler(void *codec, opj_message handler, void *data);

int opj_set_error_handler(void *codec, opj_message handler, void *data) {
  (void)codec;
  (void)handler;
  (void)data;
  return 1;
}
