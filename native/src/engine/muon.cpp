#include "engine/muon.h"

#include <algorithm>
#include <cmath>

namespace nc {
namespace {

using at::Tensor;

// torch.optim.Muon's adjust_lr_fn: how much longer the step of a matrix is than its rate.
const std::map<std::string, double (*)(double, double)> kAdjustments = {
    {"original", [](double rows, double columns) { return std::sqrt(std::max(1.0, rows / columns)); }},
    {"match_rms_adamw", [](double rows, double columns) { return 0.2 * std::sqrt(std::max(rows, columns)); }}};

// Whether the classifier's matrix is moved, too.
const std::map<std::string, bool> kMoved = {{"hidden", false}, {"weights", true}};

// U S V^T becomes about U V^T: torch.optim.Muon's _zeropower_via_newtonschulz, op by op, so that its bfloat16 rounds
// alike. Of a contiguous matrix.
Tensor orthogonalised(const Tensor& matrix) {
  constexpr double kA = 3.4445, kB = -4.7750, kC = 2.0315, kEps = 1e-7;
  constexpr int kSteps = 5;
  const bool tall = matrix.size(0) > matrix.size(1);
  Tensor x = matrix.to(at::kBFloat16);
  if (tall) x = x.t();
  x.div_(at::clamp(at::linalg_vector_norm(x, 2), kEps));
  for (int step = 0; step < kSteps; ++step) {
    const Tensor gram = at::matmul(x, x.t());
    x = at::addmm(x, at::addmm(gram, gram, gram, kB, kC), x, kA, 1);
  }
  return tall ? x.t() : x;
}

}  // namespace

Muon::Muon(Line& line)
    : momentum_(line.take_number("momentum", 0, 1)),
      nesterov_(line.take_flag("nesterov")),
      adjustment_(line.one_of(kAdjustments, line.take("adjust"), "one adjustment")),
      moves_classifier_(line.one_of(kMoved, line.take("on"), "one choice of matrices")) {
  require(momentum_ < 1, "trainer: expected a momentum from 0 to below 1, found ", momentum_, " in '", line.text(), "'");
}

bool Muon::moves(const ParameterSpec& parameter, bool classifier) const {
  return parameter.shape.size() > 1 && (moves_classifier_ || !classifier);
}

void Muon::step(Tensor p, const Tensor& g, Tensor m, const Tensor& rate, double weight_decay) const {
  m.lerp_(g, 1 - momentum_);
  const Tensor matrix = (nesterov_ ? g.lerp(m, momentum_) : m).flatten(1).contiguous();
  const double adjustment = adjustment_(static_cast<double>(matrix.size(0)), static_cast<double>(matrix.size(1)));
  const Tensor direction = orthogonalised(matrix).reshape(p.sizes()).to(p.scalar_type());
  p.mul_(rate.mul(-weight_decay).add(1));
  p.sub_(direction.mul(rate.mul(adjustment)));
}

}  // namespace nc
