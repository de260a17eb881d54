#include "engine/optimizers.h"

#include <limits>

#include "engine/muon.h"

namespace nc {
namespace {

using at::Tensor;

// A fused step walks raw memory: a gradient must lie as its parameter does, stride by stride.
Tensor laid_out_as(const Tensor& parameter, const Tensor& gradient) {
  if (gradient.strides() == parameter.strides()) return gradient;
  // Strides of dimensions of one entry say nothing.
  if (gradient.is_contiguous(parameter.suggest_memory_format())) {
    return gradient.as_strided(parameter.sizes(), parameter.strides());
  }
  return at::empty_like(parameter).copy_(gradient);
}

// The elements in the order in which they lie. libtorch's fused steps on the CPU copy every gradient that is not
// contiguous in the order of its dimensions, and make no use of the copy.
Tensor flat(const Tensor& dense) {
  return dense.detach().as_strided({dense.numel()}, {1});
}

std::vector<Tensor> all_flat(const std::vector<Tensor>& dense) {
  std::vector<Tensor> result;
  for (const Tensor& each : dense) result.push_back(flat(each));
  return result;
}

struct FlatStep {
  explicit FlatStep(const Step& step) : parameters(all_flat(step.parameters)) {
    for (size_t i = 0; i < step.gradients.size(); ++i) {
      gradients.push_back(flat(laid_out_as(step.parameters[i], step.gradients[i])));
    }
    for (const auto& list : step.state) state.push_back(all_flat(list));
  }

  std::vector<Tensor> parameters, gradients;
  std::vector<std::vector<Tensor>> state;
};

// On CUDA the fused steps would round a float64 rate to float32.
bool takes_fused_steps(const Tensor& rate) {
  return rate.is_cpu() || rate.scalar_type() == at::kFloat;
}

// v ← momentum · v + (g + weight_decay · p), p ← p − rate · v; with Nesterov p ← p − rate · (g + weight_decay · p +
// momentum · v): torch.optim.SGD.
void take_sgd_step(const Step& step, double momentum, bool nesterov, double weight_decay) {
  const FlatStep flat(step);
  if (takes_fused_steps(step.rate)) {
    // Without momentum libtorch wants no buffers.
    at::_fused_sgd_(flat.parameters, flat.gradients,
                    momentum == 0 ? at::TensorList() : at::TensorList(flat.state[0]), weight_decay, momentum, step.rate,
                    /*dampening=*/0, nesterov, /*maximize=*/false, /*is_first_step=*/false);
    return;
  }
  for (size_t i = 0; i < flat.gradients.size(); ++i) {
    Tensor p = flat.parameters[i], v = flat.state[0][i];
    const Tensor g = flat.gradients[i].add(p, weight_decay);
    v.mul_(momentum).add_(g);
    p.sub_((nesterov ? g.add(v, momentum) : v).mul(step.rate));
  }
}

struct SgdNumbers {
  explicit SgdNumbers(Line& line) : momentum(line.take_number("momentum", 0, 1)), nesterov(line.take_flag("nesterov")) {
    require(momentum < 1, "trainer: expected a momentum from 0 to below 1, found ", momentum, " in '", line.text(), "'");
    require(!nesterov || momentum > 0, "trainer: Nesterov's step takes a momentum above 0, found 0 in '", line.text(),
            "'");
  }

  // What the step makes of the new momentum.
  double reach() const { return nesterov ? momentum : 1; }

  double momentum;
  bool nesterov;
};

Optimizer sgd(Line& line) {
  const SgdNumbers n(line);
  return {{"momentum"},
          [n](const Step& step) { take_sgd_step(step, n.momentum, n.nesterov, step.weight_decay); },
          [n](double rate, double decay) -> DecayMap {
            const double keep = 1 - rate * decay, pull = -rate * n.momentum;
            if (!n.nesterov) return {keep, pull, decay, n.momentum};
            return {keep + pull * decay, pull * n.momentum, decay, n.momentum};
          }};
}

// Loshchilov & Hutter (2019), algorithm 1, with the decay times the learning rate, as torch.optim.AdamW has it:
// p ← (1 − rate · weight_decay) · p, then a step of SGD without decay.
Optimizer sgdw(Line& line) {
  const SgdNumbers n(line);
  return {{"momentum"},
          [n](const Step& step) {
            at::_foreach_mul_(step.parameters, step.rate.mul(-step.weight_decay).add(1));
            take_sgd_step(step, n.momentum, n.nesterov, 0);
          },
          [n](double rate, double decay) -> DecayMap {
            return {1 - rate * decay, -rate * n.momentum * n.reach(), 0, n.momentum};
          }};
}

struct AdamNumbers {
  explicit AdamNumbers(Line& line)
      : beta1(line.take_number("beta1", 0, 1)), beta2(line.take_number("beta2", 0, 1)), eps(line.take_number("eps", 0, 1)) {
    require(beta1 < 1 && beta2 < 1, "trainer: expected betas from 0 to below 1, found ", beta1, " and ", beta2, " in '",
            line.text(), "'");
  }

  double beta1, beta2, eps;
};

// The same in single ops, with the count and the rate as tensors, so that it can be recorded.
void take_plain_adam_step(const Step& step, const FlatStep& flat, const AdamNumbers& n, bool decoupled) {
  const Tensor count = step.count.to(at::kDouble);
  const Tensor first = 1 - at::pow(n.beta1, count), second = (1 - at::pow(n.beta2, count)).sqrt();
  for (size_t i = 0; i < flat.gradients.size(); ++i) {
    Tensor p = flat.parameters[i], m = flat.state[0][i], v = flat.state[1][i];
    Tensor g = flat.gradients[i];
    if (decoupled) {
      p.mul_(1 - step.rate * step.weight_decay);
    } else {
      g = g.add(p, step.weight_decay);
    }
    m.mul_(n.beta1).add_(g, 1 - n.beta1);
    v.mul_(n.beta2).addcmul_(g, g, 1 - n.beta2);
    p.sub_(m.mul(step.rate / first).div_(v.sqrt().div_(second).add_(n.eps)));
  }
}

// torch.optim.Adam, and torch.optim.AdamW where the decay is decoupled.
void take_adam_step(const Step& step, const AdamNumbers& n, bool decoupled) {
  const FlatStep flat(step);
  if (!takes_fused_steps(step.rate)) return take_plain_adam_step(step, flat, n, decoupled);
  const std::vector<Tensor> counts(flat.parameters.size(), step.count);
  const auto fused = decoupled ? &at::_ops::_fused_adamw__tensor_lr::call : &at::_ops::_fused_adam__tensor_lr::call;
  fused(flat.parameters, flat.gradients, flat.state[0], flat.state[1], /*max_exp_avg_sqs=*/{}, counts, step.rate, n.beta1,
        n.beta2, step.weight_decay, n.eps, /*amsgrad=*/false, /*maximize=*/false, {}, {});
}

Optimizer adam_of(Line& line, bool decoupled) {
  const AdamNumbers n(line);
  return {{"exp_avg", "exp_avg_sq"}, [n, decoupled](const Step& step) { take_adam_step(step, n, decoupled); }, {}};
}

// Muon on kernels and matrices, AdamW at a rate of its own on all else.
Optimizer muon(Line& line) {
  const Muon by_matrix(line);
  const double others_rate = line.take_number("others_rate", 0, std::numeric_limits<float>::max());
  const AdamNumbers n(line);
  return {{"momentum", "exp_avg", "exp_avg_sq"},
          [=](const Step& step) {
            std::vector<Tensor> parameters, gradients;
            std::vector<std::vector<Tensor>> moments(2);
            for (size_t i = 0; i < step.parameters.size(); ++i) {
              if (const Tensor& momentum = step.state[0][i]; momentum.defined()) {
                by_matrix.step(step.parameters[i], step.gradients[i], momentum, step.rate, step.weight_decay);
                continue;
              }
              parameters.push_back(step.parameters[i]);
              gradients.push_back(step.gradients[i]);
              for (size_t s = 0; s < moments.size(); ++s) moments[s].push_back(step.state[s + 1][i]);
            }
            if (parameters.empty()) return;
            const Tensor rate = step.rate.mul(others_rate);
            take_adam_step({parameters, gradients, moments, rate, step.count, step.weight_decay}, n, true);
          },
          {},
          [=](size_t number, const ParameterSpec& parameter, bool classifier) {
            return (number == 0) == by_matrix.moves(parameter, classifier);
          }};
}

const std::map<std::string, Optimizer (*)(Line&)> kOptimizers = {
    {"sgd", sgd},
    {"sgdw", sgdw},
    {"adam", [](Line& line) { return adam_of(line, false); }},
    {"adamw", [](Line& line) { return adam_of(line, true); }},
    {"muon", muon}};

}  // namespace

Optimizer parse_optimizer(Line& line) {
  return line.one_of(kOptimizers, line.take("kind"), "one optimizer")(line);
}

Tensor make_rate(const Tensor& parameter) {
  const bool narrow = parameter.is_cuda() && parameter.scalar_type() == at::kFloat;
  return at::zeros({}, parameter.options().dtype(narrow ? at::kFloat : at::kDouble));
}

}  // namespace nc
