#include <stdio.h>

#include <gdcm-3.0/gdcmjpeg/12/jpeglib.h>

#include <gdcm-3.0/gdcmjpeg/12/jerror.h>

#define GRAY_JPEG cdicom_gray_jpeg12
#include "GrayJPEG.h"
