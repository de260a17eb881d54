// Batch norm whose batch is spread over processes, by libtorch's ops.
#pragma once

#include "kernels/norm.h"

namespace nc {

// The norm alone, as norm_add_relu has it, on any device and with x of any type: sums are taken in the parameters' type
// and joined in float64. Differentiable in x, weight and bias.
at::Tensor norm_spread(const at::Tensor& x, const NormState& norm, double eps, double momentum, const Spread& spread);

}  // namespace nc
