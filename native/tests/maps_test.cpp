// The kernels that walk maps and features, through the functions that the engine calls, against libtorch's own in
// float64: batch norm with shortcut and ReLU, epilogue, max-pooling, reductions, SGD.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <sstream>

#include "check.h"
#include "kernels/epilogue.h"
#include "kernels/norm.h"
#include "kernels/pool.h"
#include "kernels/reductions.h"
#include "engine/optimizers.h"

namespace nc::test {
namespace {

using at::Tensor;

template <typename... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

Tensor random_tensor(at::IntArrayRef shape, at::ScalarType type) {
  const Tensor result = at::empty(shape, at::kDouble);
  double* values = result.data_ptr<double>();
  for (int64_t i = 0; i < result.numel(); ++i) values[i] = random_number();
  const Tensor typed = result.to(type);
  return shape.size() == 4 ? typed.contiguous(at::MemoryFormat::ChannelsLast) : typed;
}

// Every element within `rounding` units of `scale` (of the largest element where there is none); NaN where NaN is.
void compare(const Tensor& found_in, const Tensor& expected_in, double rounding, const std::string& where,
             double scale = 0) {
  const Tensor found = found_in.detach().to(at::kDouble).contiguous(), expected = expected_in.detach().contiguous();
  const double unit = found_in.scalar_type() == at::kFloat ? 0x1p-24 : 0x1p-53;
  expect(found.sizes() == expected.sizes(), where + ": another shape");
  const Tensor finite = expected.masked_select(expected.isfinite());
  if (scale == 0 && finite.numel() > 0) scale = finite.abs().max().item<double>();
  for (int64_t i = 0; i < expected.numel(); ++i) {
    const double f = found.data_ptr<double>()[i], e = expected.data_ptr<double>()[i];
    const bool same = std::isnan(e) ? std::isnan(f) : f == e;
    expect(same || std::abs(f - e) <= rounding * unit * scale, text(where, ", element ", i, ": found ", f, ", expected ", e));
  }
}

struct Shape {
  int64_t images, channels, height, width;
};
// Rows around the blocks of 32 and the tasks of 256 and 1,024; channels around the widths of registers.
const Shape kShapes[] = {{2, 1, 1, 1}, {1, 3, 1, 2}, {3, 7, 5, 2}, {2, 16, 4, 4}, {1, 17, 16, 16}, {5, 33, 15, 14}};

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

void norm_of_nan(at::ScalarType type) {
  const Tensor x = random_tensor({2, 5, 4, 4}, type);
  x.select(1, 2).select(0, 1).fill_(std::numeric_limits<double>::quiet_NaN());
  const Tensor one = at::ones({5}, type), zero = at::zeros({5}, type), mean = zero.clone(), variance = one.clone();
  const Tensor y = norm_add_relu(x, {one, zero, mean, variance}, Tensor(), true, 1e-5, 0.1);
  const Tensor of_channel = y.isnan().to(at::kDouble).mean({0, 2, 3});
  compare(of_channel, at::tensor({0., 0., 1., 0., 0.}), 1, "a channel with NaN, and no other, is NaN");
  compare(mean.isnan().to(at::kDouble), at::tensor({0., 0., 1., 0., 0.}), 1, "its running mean, too");
}

void epilogue_maps(at::ScalarType type) {
  for (const Shape& s : kShapes)
    for (const bool relu : {false, true})
      for (const bool more : {false, true}) {
        const std::string where = text(s.channels, " channels", relu ? ", ReLU" : "", more ? ", shortcut" : "");
        const Tensor x = random_tensor({s.images, s.channels, s.height, s.width}, type);
        x[0][0][0][0].fill_(std::numeric_limits<double>::quiet_NaN());
        x[-1][-1][-1][-1].fill_(-std::numeric_limits<double>::infinity());
        const Tensor identity = more ? random_tensor(x.sizes(), type) : Tensor(), bias = random_tensor({s.channels}, type);
        Tensor expected = x.to(at::kDouble) + bias.to(at::kDouble).view({1, -1, 1, 1});
        if (more) expected = expected + identity.to(at::kDouble);
        if (relu) expected = expected.relu();
        compare(apply_epilogue(x.clone(), {bias, identity, relu}), expected, 4, where, 3);
      }
}

void pool(at::ScalarType type) {
  at::globalContext().setDeterministicAlgorithms(true, false);
  for (const auto& [size, kernel, stride, padding] : {std::array<int64_t, 4>{1, 1, 1, 0}, {7, 3, 2, 1}, {8, 2, 2, 0},
                                                     {9, 3, 1, 1}, {5, 3, 3, 0}}) {
    Tensor x = random_tensor({2, 5, size, size + 1}, type);
    Tensor same = x.detach().clone().to(at::kDouble).requires_grad_(true);
    x.requires_grad_(true);
    const Tensor y = max_pool(x, kernel, stride, padding);
    const Tensor expected = at::max_pool2d(same, kernel, stride, padding);
    compare(y, expected, 0, text("windows of ", kernel));
    const Tensor gradient = random_tensor(y.sizes(), type);
    compare(torch::autograd::grad({y}, {x}, {gradient})[0],
            torch::autograd::grad({expected}, {same}, {gradient.to(at::kDouble)})[0], 16,
            text("gradient, windows of ", kernel, " every ", stride));
  }
  at::globalContext().setDeterministicAlgorithms(false, false);
}

void reduce(at::ScalarType type) {
  for (const int64_t rows : {1, 7, 8, 9, 40})
    for (const int64_t width : {1, 7, 8, 63, 65, 255, 257, 520})
      for (const int64_t count : {0, 1, 8, 9}) {
        const std::string where = text(rows, "×", width, " in ", count, " directions");
        const Tensor values = random_tensor({rows, width}, type), labels = at::arange(rows).remainder(3);
        const Tensor wide = values.to(at::kDouble), means = random_tensor({3, width}, at::kDouble);
        Tensor sums = at::zeros({3, width}, at::kDouble);
        add_class_sums(values, labels, sums);
        compare(sums, at::zeros({3, width}, at::kDouble).index_add_(0, labels, wide), 64, where + ", sums");
        const Tensor rows_of_directions = random_tensor({count, width}, at::kDouble);
        const Directions directions(rows_of_directions);
        Tensor products = at::empty({rows, directions.padded()}, at::kDouble), squares = at::empty({rows}, at::kDouble);
        const double scale = 4. * width;
        project(values, directions, products);
        compare(products.slice(1, 0, count), wide.matmul(rows_of_directions.t()), 4. + width, where, scale);
        project_centred(values, labels, means, directions, products, squares);
        const Tensor centred = wide - means.index_select(0, labels);
        compare(products.slice(1, 0, count), centred.matmul(rows_of_directions.t()), 4. + width, where, scale);
        compare(squares, centred.square().sum(1), 4. + width, where + ", squares", scale);
      }
}

// One step beside the formulas of torch.optim.SGD, written out; whole runs of every optimizer are held against PyTorch.
void step(at::ScalarType type) {
  for (const double momentum : {0., 0.5})
    for (const bool nesterov : {false, true})
      for (const bool other_layout : {false, true}) {
        if (nesterov && momentum == 0) continue;
        const Tensor p = random_tensor({9, 5, 3, 3}, type), v = random_tensor(p.sizes(), type).mul(momentum == 0 ? 0 : 1);
        const Tensor g = other_layout ? random_tensor(p.sizes(), type).contiguous() : random_tensor(p.sizes(), type);
        const Tensor p64 = p.to(at::kDouble).clone(), g64 = g.to(at::kDouble) + p64 * 0.01;
        const Tensor v64 = v.to(at::kDouble) * momentum + g64;
        const Tensor rate = make_rate(p);
        rate.fill_(0.125);
        Line line("trainer", text("optimizer kind=sgd momentum=", momentum, " nesterov=", nesterov ? 1 : 0));
        parse_optimizer(line).step({{p}, {g}, {{v}}, rate, at::ones({}), 0.01});
        const std::string where = text("momentum ", momentum, other_layout ? ", another layout" : "");
        compare(p, p64 - 0.125 * (nesterov ? g64 + momentum * v64 : v64), 8, where);
        if (momentum != 0) compare(v, v64, 8, where + ", momentum");
      }
}

const Test tests[] = {
    {"norm_add_relu, float32", [] { norm(at::kFloat); }},
    {"norm_add_relu, float64", [] { norm(at::kDouble); }},
    {"norm_add_relu of NaN, float32", [] { norm_of_nan(at::kFloat); }},
    {"norm_add_relu of NaN, float64", [] { norm_of_nan(at::kDouble); }},
    {"apply_epilogue, float32", [] { epilogue_maps(at::kFloat); }},
    {"apply_epilogue, float64", [] { epilogue_maps(at::kDouble); }},
    {"max_pool, float32", [] { pool(at::kFloat); }},
    {"max_pool, float64", [] { pool(at::kDouble); }},
    {"reductions, float32", [] { reduce(at::kFloat); }},
    {"reductions, float64", [] { reduce(at::kDouble); }},
    {"a step of sgd, float32", [] { step(at::kFloat); }},
    {"a step of sgd, float64", [] { step(at::kDouble); }},
};

}  // namespace
}  // namespace nc::test
