// The device's own handle of the stream on which libtorch works, without the device's headers.
#pragma once

#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "errors.h"

namespace nc {

// Of a CUDA device: its cudaStream_t. Throws where this libtorch does not tell.
template <typename Device>
void* native_stream(const Device& device) {
  const auto stream = c10::impl::VirtualGuardImpl(device.type()).getStream(device);
  if constexpr (requires { stream.native_handle(); }) {
    return stream.native_handle();
  } else {
    refuse("expected a libtorch whose streams tell their native_handle, as newer ones do, found one without");
  }
}

}  // namespace nc
