// Max-pooling whose gradient does not depend on the order of threads.
#pragma once

#include <ATen/ATen.h>

namespace nc {

// at::max_pool2d with a square kernel. Its gradient on CUDA adds atomically, in any order; in deterministic mode
// (nc_set_deterministic) it is computed here, on every device: the same sums, in a fixed order.
at::Tensor max_pool(const at::Tensor& x, int64_t kernel, int64_t stride, int64_t padding);

}  // namespace nc
