// The differentiable pieces a plan is executed with. All maps are NCHW in meaning and channels-last in memory.
#pragma once

#include <ATen/ATen.h>

#include "plan.h"

namespace nc {

using at::Tensor;

// x [m, k] times wᵀ, w [n, k].
Tensor matrix_product(const Tensor& x, const Tensor& w);

// A convolution in the form its plan line names; `weight` holds the live taps only (O × I × kh × kw).
Tensor convolution(const Op& op, const Tensor& x, const Tensor& weight);

}  // namespace nc
