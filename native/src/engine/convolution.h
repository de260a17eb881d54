// The differentiable pieces a plan is executed with. All maps are NCHW in meaning and channels-last in memory.
#pragma once

#include <ATen/ATen.h>

#include "kernels/epilogue.h"
#include "engine/plan.h"

namespace nc {

using at::Tensor;

// A convolution in the form its plan line names; `weight` holds the live taps only (O × I × kh × kw), `bias` (O) is
// undefined where there is none.
Tensor convolution(const Op& op, const Tensor& x, const Tensor& weight, const Tensor& bias);

// A convolution with its batch norm folded in, for evaluation; `slots` where its form multiplies in slots.
struct Folded {
  Tensor weight, bias, slots;
};

Folded prepare(const Op& op, const Tensor& weight, const Tensor& bias);

// relu(convolution + bias + identity), `identity` and ReLU where wanted. Not differentiable.
Tensor convolution(const Op& op, const Tensor& x, const Folded& folded, const Tensor& identity);

}  // namespace nc
