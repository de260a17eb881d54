// Batch norm with batch statistics, sum with a shortcut and ReLU in one differentiable op.
#pragma once

#include <ATen/ATen.h>

#include <functional>

namespace nc {

// A batch whose images are spread over processes, as one of them sees it.
struct Spread {
  int64_t rank, ranks;
  // Values of float64, where x is, become their sums over all processes, in place; each takes part in every call, in the same order.
  std::function<void(const at::Tensor& values)> sum;
};

struct NormState {
  at::Tensor weight, bias, running_mean, running_var;
};

// relu(norm(x) + identity), `identity` and ReLU where wanted; running statistics are updated in place as
// torch.nn.BatchNorm2d does. x is B × C × H × W. Where the batch is spread, statistics are those of all of it, as
// torch.nn.SyncBatchNorm has them, and gradients of weight and bias this process's part.
at::Tensor norm_add_relu(const at::Tensor& x, const NormState& norm, const at::Tensor& identity, bool relu, double eps,
                         double momentum, const Spread* spread = nullptr);

}  // namespace nc
