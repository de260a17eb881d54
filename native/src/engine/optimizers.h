// The optimizers: one function a kind, which reads its numbers from its line and returns how a step is taken.
#pragma once

#include <ATen/ATen.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "engine/plan.h"
#include "engine/text.h"

namespace nc {

// (value, momentum) ← map · (value, momentum), row-major.
using DecayMap = std::array<double, 4>;

// The parameters of one group and what belongs to them, entry by entry: all are changed in place but the gradients,
// which may lie in any memory format. State that is not kept for a parameter is undefined there.
struct Step {
  const std::vector<at::Tensor>& parameters;
  const std::vector<at::Tensor>& gradients;
  const std::vector<std::vector<at::Tensor>>& state;  // a list for each name in Optimizer::state
  const at::Tensor& rate;   // the learning rate, of make_rate
  const at::Tensor& count;  // steps so far, this one included: a float32 scalar beside the parameters
  double weight_decay;
};

struct Optimizer {
  // What is kept for parameters, each in its shape, zero at first: PyTorch's names.
  std::vector<std::string> state;
  std::function<void(const Step&)> step;
  // What a step with this learning rate and weight decay does to a parameter without gradient and to its first state,
  // where that is linear: such steps can be put off (engine/lazy_decay.h). Empty where it is not.
  std::function<DecayMap(double rate, double weight_decay)> decay;
  // Whether the name in `state` with this number is kept for a parameter, which may be the classifier's.
  std::function<bool(size_t number, const ParameterSpec& parameter, bool classifier)> keeps =
      [](size_t, const ParameterSpec&, bool) { return true; };
};

// `optimizer kind=sgd momentum=0.9 nesterov=0`, the same for `kind=sgdw`, `optimizer kind=adam beta1=0.9 beta2=0.999
// eps=1e-8`, the same for `kind=adamw`; `optimizer kind=muon momentum=0.95 nesterov=1 adjust=original on=hidden
// others_rate=0.015 beta1=0.9 beta2=0.999 eps=1e-8`.
Optimizer parse_optimizer(Line& line);

// The learning rate as a tensor on the parameters' device, so that a recorded step can be run with another rate:
// float32 beside float32 parameters on CUDA, as libtorch's fused steps there read it, else float64.
at::Tensor make_rate(const at::Tensor& parameter);

}  // namespace nc
