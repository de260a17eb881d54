// What the CPU's own kernels ask of the tensors they walk.
#pragma once

#include <ATen/ATen.h>

namespace nc {

inline at::Tensor channels_last(const at::Tensor& map) {
  return map.contiguous(at::MemoryFormat::ChannelsLast);
}

// Calls `body` with a zero of the C++ type: double, or else float.
template <typename Body>
void for_type(at::ScalarType type, Body&& body) {
  if (type == at::kDouble) {
    body(double{});
  } else {
    body(float{});
  }
}

}  // namespace nc
