// Batch norm with shortcut and ReLU against libtorch's own in float64, and a batch in parts against the whole.
#include <torch/csrc/autograd/autograd.h>

#include <barrier>
#include <thread>

#include "kernels/norm.h"
#include "tensors.h"

namespace nc::test {
namespace {

void norm(at::ScalarType type) {
  for (const Shape& s : kShapes)
    for (const bool relu : {false, true})
      for (const bool more : {false, true}) {
        const std::string where = text(s.images, "×", s.channels, "×", s.height, "×", s.width, relu ? ", ReLU" : "",
                                       more ? ", shortcut" : "");
        Tensor x = random_tensor({s.images, s.channels, s.height, s.width}, type).add(3);
        Tensor identity = more ? random_tensor(x.sizes(), type) : Tensor();
        Tensor weight = random_tensor({s.channels}, type), bias = random_tensor({s.channels}, type);
        const Tensor mean = random_tensor({s.channels}, type), variance = random_tensor({s.channels}, type).abs();
        const Tensor gradient = random_tensor(x.sizes(), type);
        const auto wide = [](const Tensor& t) { return t.defined() ? t.detach().to(at::kDouble).clone() : Tensor(); };
        Tensor x64 = wide(x), identity64 = wide(identity), weight64 = wide(weight), bias64 = wide(bias);
        const Tensor mean64 = wide(mean), variance64 = wide(variance);
        std::vector<Tensor> inputs = {x, weight, bias}, inputs64 = {x64, weight64, bias64};
        if (more) inputs.push_back(identity), inputs64.push_back(identity64);
        for (Tensor& t : inputs) t.requires_grad_(true);
        for (Tensor& t : inputs64) t.requires_grad_(true);

        const Tensor y = norm_add_relu(x, {weight, bias, mean, variance}, identity, relu, 1e-5, 0.1);
        Tensor y64 = at::batch_norm(x64, weight64, bias64, mean64, variance64, true, 0.1, 1e-5, false);
        if (more) y64 = y64.add(identity64);
        // The very positions that passed here, so that a value that rounds to the other side of 0 decides nothing.
        if (relu) y64 = y64.mul(y.detach().gt(0).to(at::kDouble));
        // Values of magnitude 4, and gradients, are divided by the deviation before they cancel.
        const double largest = 4 * (1 + at::rsqrt(at::var(wide(x), {0, 2, 3}, false).add(1e-5)).max().item<double>());
        compare(y, y64, 16, where + ", values", largest);
        compare(mean, mean64, 16, where + ", running mean");
        compare(variance, variance64, 64, where + ", running variance");
        const auto found = torch::autograd::grad({y}, inputs, {gradient});
        const auto expected = torch::autograd::grad({y64}, inputs64, {wide(gradient)});
        const double rows = static_cast<double>(s.images * s.height * s.width);
        compare(found[0], expected[0], 64 + rows, where + ", gradient of x", largest);
        for (size_t i = 1; i < found.size(); ++i) {
          compare(found[i], expected[i], 64 + rows, where + text(", gradient ", i), largest * (1 + rows));
        }
      }
}

struct Normed {
  Tensor y, mean, variance;
  std::vector<Tensor> gradients;
};

Normed normed(const Tensor& x_in, const Tensor& gradient, const Tensor& weight_in, const Tensor& bias_in,
              const Spread* spread) {
  const at::AutoGradMode differentiate(true);
  const Tensor x = x_in.clone().requires_grad_(true);
  const Tensor weight = weight_in.clone().requires_grad_(true), bias = bias_in.clone().requires_grad_(true);
  const Tensor mean = at::zeros_like(weight_in), variance = at::ones_like(weight_in);
  const Tensor y = norm_add_relu(x, {weight, bias, mean, variance}, Tensor(), true, 1e-5, 0.1, spread);
  return {y.detach(), mean, variance, torch::autograd::grad({y}, {x, weight, bias}, {gradient})};
}

// A batch spread over two threads, as if they were processes, is the batch on one: its images, and the sums of what
// weight and bias get of each part. `narrow`: activations in bfloat16, for which libtorch's ops are used as on a GPU;
// they are held to the whole batch in the parameters' type, up to the rounding of activations.
void norm_spread(at::ScalarType type, bool narrow) {
  // How much coarser bfloat16 is than the parameters' type.
  const double coarse = type == at::kFloat ? 0x1p16 : 0x1p45;
  const auto activations = [&](const Tensor& t) { return narrow ? t.to(at::kBFloat16) : t; };
  for (const Shape& s : {kShapes[0], kShapes[2], kShapes[5]}) {
    const std::string where = text(s.images, "×", s.channels, "×", s.height, "×", s.width);
    const Tensor x = activations(random_tensor({s.images, s.channels, s.height, s.width}, type).add(3)).to(type);
    const Tensor gradient = activations(random_tensor(x.sizes(), type)).to(type);
    const Tensor weight = random_tensor({s.channels}, type), bias = random_tensor({s.channels}, type);
    const Normed whole = normed(x, gradient, weight, bias, nullptr);
    std::barrier both(2);
    Tensor given[2];
    Normed parts[2];
    const auto run = [&](int64_t rank) {
      const Spread spread{rank, 2, [&](const Tensor& values) {
                            given[rank] = values.clone();
                            both.arrive_and_wait();
                            values.copy_(given[0].add(given[1]));
                            both.arrive_and_wait();
                          }};
      const auto part = [&](const Tensor& t) {
        return t.slice(0, rank == 0 ? 0 : 1, rank == 0 ? 1 : s.images).contiguous(at::MemoryFormat::ChannelsLast);
      };
      parts[rank] = normed(activations(part(x)), activations(part(gradient)), weight, bias, &spread);
    };
    std::thread other(run, 1);
    run(0);
    other.join();
    const double rows = static_cast<double>(s.images * s.height * s.width);
    const double largest =
        4 * (1 + at::rsqrt(at::var(x.to(at::kDouble), {0, 2, 3}, false).add(1e-5)).max().item<double>());
    const auto wide = [](const Tensor& t) { return t.to(at::kDouble); };
    const auto both_of = [&](auto&& member) { return at::cat({member(parts[0]), member(parts[1])}).to(type); };
    compare(both_of([](const Normed& n) { return n.y; }), wide(whole.y), narrow ? coarse : 16, where + ", values", largest);
    compare(both_of([](const Normed& n) { return n.gradients[0]; }), wide(whole.gradients[0]),
            narrow ? coarse : 64 + rows, where + ", gradient of x", largest);
    for (const size_t i : {1, 2}) {
      compare(parts[0].gradients[i].add(parts[1].gradients[i]), wide(whole.gradients[i]), 64 + rows,
              where + text(", gradient ", i), largest * (1 + rows));
    }
    for (const Normed& part : parts) {
      compare(part.mean, wide(whole.mean), 16, where + ", running mean");
      compare(part.variance, wide(whole.variance), 64, where + ", running variance");
    }
  }
}

void norm_of_nan(at::ScalarType type) {
  const Tensor x = random_tensor({2, 5, 4, 4}, type);
  x.select(1, 2).select(0, 1).fill_(std::numeric_limits<double>::quiet_NaN());
  const Tensor one = at::ones({5}, type), zero = at::zeros({5}, type), mean = zero.clone(), variance = one.clone();
  const Tensor y = norm_add_relu(x, {one, zero, mean, variance}, Tensor(), true, 1e-5, 0.1);
  const Tensor of_channel = y.isnan().to(at::kDouble).mean({0, 2, 3});
  compare(of_channel, at::tensor({0., 0., 1., 0., 0.}), 1, "a channel with NaN, and no other, is NaN");
  compare(mean.isnan().to(at::kDouble), at::tensor({0., 0., 1., 0., 0.}), 1, "its running mean, too");
}

const Test norm_tests[] = {
    {"norm_add_relu, float32", [] { norm(at::kFloat); }},
    {"norm_add_relu, float64", [] { norm(at::kDouble); }},
    {"norm_add_relu of a batch that is spread, float32", [] { norm_spread(at::kFloat, false); }},
    {"norm_add_relu of a batch that is spread, float64", [] { norm_spread(at::kDouble, false); }},
    {"norm_add_relu of a batch that is spread, bfloat16 beside float32", [] { norm_spread(at::kFloat, true); }},
    {"norm_add_relu of a batch that is spread, bfloat16 beside float64", [] { norm_spread(at::kDouble, true); }},
    {"norm_add_relu of NaN, float32", [] { norm_of_nan(at::kFloat); }},
    {"norm_add_relu of NaN, float64", [] { norm_of_nan(at::kDouble); }},
};

}  // namespace
}  // namespace nc::test
