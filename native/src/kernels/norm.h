// Batch norm with batch statistics, sum with a shortcut and ReLU in one differentiable op.
#pragma once

#include <ATen/ATen.h>

namespace nc {

struct NormState {
  at::Tensor weight, bias, running_mean, running_var;
};

// relu(norm(x) + identity), `identity` and ReLU where wanted; running statistics are updated in place as
// torch.nn.BatchNorm2d does. x is B × C × H × W.
at::Tensor norm_add_relu(const at::Tensor& x, const NormState& norm, const at::Tensor& identity, bool relu, double eps,
                         double momentum);

}  // namespace nc
