// Muon: the step of a matrix is its gradient's running mean with all singular values near 1.
#pragma once

#include <ATen/ATen.h>

#include "engine/plan.h"
#include "engine/text.h"

namespace nc {

class Muon {
 public:
  // Takes `momentum=0.95 nesterov=1 adjust=original on=hidden`.
  explicit Muon(Line& line);

  // Whether it moves a parameter, which may be the classifier's: kernels and matrices, of hidden layers or all.
  bool moves(const ParameterSpec& parameter, bool classifier) const;

  // torch.optim.Muon on one parameter, a kernel being the matrix O x (I * height * width): m becomes the running mean of
  // gradients, p <- (1 - rate * weight_decay) p - rate * adjustment * orthogonalised(m, or Nesterov's mean of m and g).
  void step(at::Tensor p, const at::Tensor& g, at::Tensor m, const at::Tensor& rate, double weight_decay) const;

 private:
  double momentum_;
  bool nesterov_;
  double (*adjustment_)(double rows, double columns);
  bool moves_classifier_;
};

}  // namespace nc
