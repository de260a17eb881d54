#include "kernels/bilinear.h"

#include <torch/csrc/autograd/custom_function.h>

#include <vector>

#include "errors.h"
#include "kernels/blocked_convolution.h"
#include "kernels/tensors.h"
#include "kernels/transpose.h"

namespace nc {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// For scratch memory.
at::TensorOptions flat(const Tensor& like) {
  return like.options().memory_format(at::MemoryFormat::Contiguous);
}

Tensor multiply_slots(const Tensor& x, const Tensor& weights, const ConvGeometry& g, Algorithm algorithm,
                      const Epilogue* epilogue) {
  Tensor y = at::empty({x.size(0), g.outputs, g.out_height, g.out_width},
                       x.options().memory_format(at::MemoryFormat::ChannelsLast));
  for_type(x.scalar_type(), [&](auto zero) {
    using T = decltype(zero);
    BlockedConvolution<T>(g, algorithm, x.size(0))
        .forward(x.const_data_ptr<T>(), weights.const_data_ptr<T>(), epilogue, y.mutable_data_ptr<T>(), flat(x));
  });
  return y;
}

// From outputs × taps × inputs to inputs × taps × outputs.
template <typename T>
void turn(const T* from, int64_t outputs, int64_t taps, int64_t inputs, T* to) {
  at::parallel_for(0, inputs / kPanel<T>, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin * kPanel<T>; i < end * kPanel<T>; i += kPanel<T>)
      for (int64_t tap = 0; tap < taps; ++tap)
        for (int64_t o = 0; o < outputs; o += kPanel<T>) {
          transpose_square(from + (o * taps + tap) * inputs + i, taps * inputs, to + (i * taps + tap) * outputs + o,
                           taps * outputs);
        }
  });
}

struct Bilinear : torch::autograd::Function<Bilinear> {
  static Tensor forward(AutogradContext* context, const Tensor& x_in, const Tensor& weight_in,
                        std::vector<int64_t> numbers, int64_t algorithm_number) {
    const Tensor x = channels_last(x_in), weight = channels_last(weight_in);
    context->save_for_backward({x, weight});
    context->saved_data["geometry"] = numbers;
    context->saved_data["algorithm"] = algorithm_number;
    const auto algorithm = static_cast<Algorithm>(algorithm_number);
    return multiply_slots(x, bilinear_weights(weight, algorithm), geometry_of(numbers), algorithm, nullptr);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1];
    const ConvGeometry geometry = geometry_of(context->saved_data["geometry"].toIntVector());
    const auto algorithm = static_cast<Algorithm>(context->saved_data["algorithm"].toInt());
    const Tensor gradient = channels_last(gradients[0]);
    Tensor to_x, to_weight;
    if (context->needs_input_grad(0)) to_x = at::empty_like(x);
    if (context->needs_input_grad(1)) to_weight = at::empty_like(weight);
    for_type(x.scalar_type(), [&](auto zero) {
      using T = decltype(zero);
      BlockedConvolution<T>(geometry, algorithm, x.size(0))
          .backward(x.const_data_ptr<T>(), weight.const_data_ptr<T>(), gradient.const_data_ptr<T>(),
                    to_x.defined() ? to_x.mutable_data_ptr<T>() : nullptr,
                    to_weight.defined() ? to_weight.mutable_data_ptr<T>() : nullptr, flat(x));
    });
    return {to_x, to_weight, Tensor(), Tensor()};
  }

  // What autograd can save.
  static std::vector<int64_t> numbers_of(const ConvGeometry& g) {
    return {g.inputs,        g.height,       g.width,  g.outputs, g.out_height, g.out_width,
            g.kernel_height, g.kernel_width, g.stride, g.top,     g.left};
  }
  static ConvGeometry geometry_of(const std::vector<int64_t>& n) {
    return {n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10]};
  }
};

}  // namespace

Tensor bilinear_weights(const Tensor& weight_in, Algorithm algorithm) {
  const Tensor weight = channels_last(weight_in);
  require(weight.size(0) % kPanel<float> == 0 && weight.size(1) % kPanel<float> == 0,
          "expected channels in multiples of ", kPanel<float>, ", found ", weight.size(1), " and ", weight.size(0));
  Tensor slots;
  for_type(weight.scalar_type(), [&](auto zero) {
    using T = decltype(zero);
    const int64_t outputs = weight.size(0), inputs = weight.size(1), height = weight.size(2), width = weight.size(3);
    const Tensor turned = at::empty({weight.numel()}, flat(weight));
    turn<T>(weight.const_data_ptr<T>(), outputs, height * width, inputs, turned.mutable_data_ptr<T>());
    const KernelSlots<T> kernel(kernel_side(inputs, outputs, height, width, algorithm), algorithm);
    slots = at::empty({kernel.size()}, flat(weight));
    kernel.transform(turned.const_data_ptr<T>(), slots.mutable_data_ptr<T>());
  });
  return slots;
}

Tensor bilinear_product(const Tensor& x, const Tensor& weights, const ConvGeometry& geometry, Algorithm algorithm,
                        const Epilogue& epilogue) {
  return multiply_slots(channels_last(x), weights, geometry, algorithm, &epilogue);
}

Tensor bilinear_convolution(const Tensor& x, const Tensor& weight, const ConvGeometry& geometry, Algorithm algorithm) {
  return Bilinear::apply(x, weight, Bilinear::numbers_of(geometry), static_cast<int64_t>(algorithm));
}

}  // namespace nc
