// Convolutions as bilinear algorithms: map and kernel are transformed into slots, slots are multiplied, and the
// products transformed back: out · ((weight · w) ⊙ (in · x)), one axis after the other. The gradients are the
// transposes of the same three steps, so that every product of matrices is one of panels.h.
//
// Float32 or float64 on the CPU, channels in multiples of 32.
#pragma once

#include <ATen/ATen.h>

#include "kernels/epilogue.h"
#include "kernels/scheme.h"

namespace nc {

// x: B × inputs × height × width; weight: outputs × inputs × kernel height × kernel width. Differentiable in both.
at::Tensor bilinear_convolution(const at::Tensor& x, const at::Tensor& weight, const ConvGeometry& geometry,
                                Algorithm algorithm);

// For evaluation, the same in two parts: the kernel's slots, once for all batches, and what is made with them. Not
// differentiable.
at::Tensor bilinear_weights(const at::Tensor& weight, Algorithm algorithm);
at::Tensor bilinear_product(const at::Tensor& x, const at::Tensor& weights, const ConvGeometry& geometry,
                            Algorithm algorithm, const Epilogue& epilogue);

}  // namespace nc
