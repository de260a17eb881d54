// The differentiable pieces a plan is executed with. All maps are NCHW in meaning and channels-last in memory.
#pragma once

#include <torch/torch.h>

#include "plan.h"

namespace nc {

using torch::Tensor;

// x [m, k] times wᵀ, w [n, k].
Tensor matrix_product(const Tensor& x, const Tensor& w);

// A convolution in the form its plan line names; `weight` holds the live taps only (O × I × kh × kw).
Tensor convolution(const Op& op, const Tensor& x, const Tensor& weight);

struct NormState {
  Tensor weight, bias, running_mean, running_var;
};

// Batch norm with batch statistics (running statistics are updated in place), then + identity (where defined),
// then ReLU (where asked for).
Tensor norm_add_relu(const Op& op, const Tensor& x, const NormState& norm, const Tensor& identity, bool relu);

}  // namespace nc
