#include <stdio.h>

#include <gdcm-3.0/gdcmjpeg/8/jpeglib.h>

#include <gdcm-3.0/gdcmjpeg/8/jerror.h>

#define GRAY_JPEG cdicom_gray_jpeg8
#include "GrayJPEG.h"
