#include "engine/sgd.h"

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

// The elements in the order in which they lie. libtorch's fused step on the CPU copies every gradient that is not
// contiguous in the order of its dimensions, and makes no use of the copy.
Tensor flat(const Tensor& dense) {
  return dense.detach().as_strided({dense.numel()}, {1});
}

std::vector<Tensor> all_flat(const std::vector<Tensor>& dense) {
  std::vector<Tensor> result;
  for (const Tensor& each : dense) result.push_back(flat(each));
  return result;
}

}  // namespace

Tensor make_rate(const Tensor& parameter) {
  const bool narrow = parameter.is_cuda() && parameter.scalar_type() == at::kFloat;
  return at::zeros({}, parameter.options().dtype(narrow ? at::kFloat : at::kDouble));
}

void take_sgd_step(const std::vector<Tensor>& parameters_in, const std::vector<Tensor>& gradients_in,
                   const std::vector<Tensor>& velocities_in, const Tensor& rate, double momentum, double weight_decay) {
  const std::vector<Tensor> parameters = all_flat(parameters_in), velocities = all_flat(velocities_in);
  std::vector<Tensor> gradients;
  for (size_t i = 0; i < gradients_in.size(); ++i) {
    gradients.push_back(flat(laid_out_as(parameters_in[i], gradients_in[i])));
  }
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
