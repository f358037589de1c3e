#include "CDICOMCodecs.h"

#include <gdcm-3.0/gdcmFragment.h>
#include <gdcm-3.0/gdcmImage.h>
#include <gdcm-3.0/gdcmSequenceOfFragments.h>
#include <gdcm-3.0/gdcmTrace.h>
#include <gdcm-3.0/gdcmTransferSyntax.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <mutex>
#include <sstream>

namespace {

void say(char *message, const char *text) {
  std::snprintf(message, CDICOM_MESSAGE_CAPACITY, "%s", text);
}

// GDCM prints what it dislikes; a library must not print.
void be_quiet() {
  static std::once_flag once;
  std::call_once(once, [] {
    static std::ostringstream nowhere;
    nowhere.setstate(std::ios::badbit);
    gdcm::Trace::SetStream(nowhere);
    gdcm::Trace::DebugOff();
    gdcm::Trace::WarningOff();
    gdcm::Trace::ErrorOff();
  });
}

int decode(const uint8_t *stream, size_t length, const cdicom_format &format, uint8_t *pixels,
           size_t pixel_bytes, char *message) {
  const gdcm::TransferSyntax::TSType type =
      gdcm::TransferSyntax::GetTSType(format.transfer_syntax);
  if (type == gdcm::TransferSyntax::TS_END) {
    say(message, "GDCM does not know its transfer syntax");
    return 0;
  }
  gdcm::SmartPointer<gdcm::SequenceOfFragments> fragments = new gdcm::SequenceOfFragments;
  gdcm::Fragment fragment;
  fragment.SetByteValue(reinterpret_cast<const char *>(stream),
                        static_cast<uint32_t>(length));
  fragments->AddFragment(fragment);
  gdcm::DataElement element(gdcm::Tag(0x7fe0, 0x0010));
  element.SetVR(gdcm::VR::OB);
  element.SetVL(0xFFFFFFFF);
  element.SetValue(*fragments);

  gdcm::Image image;
  image.SetTransferSyntax(gdcm::TransferSyntax(type));
  image.SetNumberOfDimensions(2);
  image.SetDimension(0, format.columns);
  image.SetDimension(1, format.rows);
  image.SetPixelFormat(gdcm::PixelFormat(1, format.bits_allocated, format.bits_stored,
                                         format.high_bit, format.is_signed));
  image.SetPhotometricInterpretation(gdcm::PhotometricInterpretation::MONOCHROME2);
  image.SetDataElement(element);
  if (image.GetBufferLength() != pixel_bytes) {
    say(message, "its pixels have another size than its header says");
    return 0;
  }
  if (!image.GetBuffer(reinterpret_cast<char *>(pixels))) {
    say(message, "its compressed pixels cannot be decoded");
    return 0;
  }
  return 1;
}

}  // namespace

int cdicom_decode(const uint8_t *stream, size_t length, cdicom_format format, uint8_t *pixels,
                  size_t pixel_bytes, char message[CDICOM_MESSAGE_CAPACITY]) {
  say(message, "");
  be_quiet();
  if (length > UINT32_MAX - 1) {
    say(message, "its compressed pixels are larger than accepted");
    return 0;
  }
  try {
    return decode(stream, length, format, pixels, pixel_bytes, message);
  } catch (const std::exception &problem) {
    say(message, problem.what());
    return 0;
  } catch (...) {
    say(message, "its compressed pixels cannot be decoded");
    return 0;
  }
}
