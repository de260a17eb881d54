#include "sgd.h"

namespace nc {
namespace {

using at::Tensor;

// The fused step walks raw memory: a gradient must lie as its parameter does, stride by stride.
Tensor laid_out_as(const Tensor& parameter, const Tensor& gradient) {
  if (gradient.strides() == parameter.strides()) return gradient;
  // Strides of dimensions of one entry say nothing.
  if (gradient.is_contiguous(parameter.suggest_memory_format())) {
    return gradient.as_strided(parameter.sizes(), parameter.strides());
  }
  return at::empty_like(parameter).copy_(gradient);
}

}  // namespace

Tensor make_rate(const Tensor& parameter) {
  const bool narrow = parameter.is_cuda() && parameter.scalar_type() == at::kFloat;
  return at::zeros({}, parameter.options().dtype(narrow ? at::kFloat : at::kDouble));
}

void take_sgd_step(const std::vector<Tensor>& parameters, std::vector<Tensor> gradients,
                   const std::vector<Tensor>& velocities, const Tensor& rate, double momentum, double weight_decay) {
  for (size_t i = 0; i < gradients.size(); ++i) gradients[i] = laid_out_as(parameters[i], gradients[i]);
  // On CUDA the fused step would round a float64 rate to float32.
  if (rate.is_cpu() || rate.scalar_type() == at::kFloat) {
    // Without momentum libtorch wants no buffers.
    at::_fused_sgd_(parameters, gradients, momentum == 0 ? at::TensorList() : at::TensorList(velocities), weight_decay,
                    momentum, rate, /*dampening=*/0, /*nesterov=*/false, /*maximize=*/false, /*is_first_step=*/false);
    return;
  }
  for (size_t i = 0; i < gradients.size(); ++i) {
    Tensor velocity = velocities[i];
    velocity.mul_(momentum).add_(gradients[i].add(parameters[i], weight_decay));
    Tensor(parameters[i]).sub_(velocity.mul(rate));
  }
}

}  // namespace nc
