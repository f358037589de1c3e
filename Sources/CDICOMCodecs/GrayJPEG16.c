#include <stdio.h>

#include <gdcm-3.0/gdcmjpeg/16/jpeglib.h>

#include <gdcm-3.0/gdcmjpeg/16/jerror.h>

#define GRAY_JPEG cdicom_gray_jpeg16
#include "GrayJPEG.h"
