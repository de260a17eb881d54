// One step of SGD with momentum and weight decay, as torch.optim.SGD takes it.
#pragma once

#include <ATen/ATen.h>

namespace nc {

// The learning rate as a tensor on the parameters' device, so that a recorded step can be run with another rate:
// float32 beside float32 parameters on CUDA, as libtorch's fused step there reads it, else float64.
at::Tensor make_rate(const at::Tensor& parameter);

// v ← momentum · v + (g + weight_decay · p), p ← p − rate · v, in place. Gradients may lie in any memory format.
void take_sgd_step(const std::vector<at::Tensor>& parameters, const std::vector<at::Tensor>& gradients,
                   const std::vector<at::Tensor>& velocities, const at::Tensor& rate, double momentum,
                   double weight_decay);

}  // namespace nc
