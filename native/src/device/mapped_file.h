// A file read through the address space: the system brings in what is looked at, and may drop it again, so that a file may
// be larger than memory.
#pragma once

#include <ATen/ATen.h>

#include <string>

namespace nc {

// The bytes of a file as a tensor of this shape, which has as many elements. Only to be read; the file must not become
// shorter while it lives.
at::Tensor mapped_bytes(const std::string& path, at::IntArrayRef shape);

}  // namespace nc
