// The kernels that walk maps and features, through the functions that the engine calls, against libtorch's own in
// float64: epilogue, max-pooling, reductions, SGD. Batch norm has a file of its own.
#include <torch/csrc/autograd/autograd.h>

#include "kernels/epilogue.h"
#include "kernels/pool.h"
#include "kernels/reductions.h"
#include "engine/optimizers.h"
#include "tensors.h"

namespace nc::test {
namespace {

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

const Test maps_tests[] = {
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
