// Convolutions as bilinear algorithms: map and kernel are transformed into slots, slots are multiplied, and the
// products transformed back: out · ((weight · w) ⊙ (in · x)), one axis after the other. The gradients are the
// transposes of the same three steps, so that every product of matrices is one of panels.h.
#pragma once

#include <ATen/ATen.h>

#include "panels.h"

namespace nc {

struct ConvGeometry {
  int64_t inputs, height, width;
  int64_t outputs, out_height, out_width;
  int64_t kernel_height, kernel_width, stride, top, left;
};

// x: B × inputs × height × width; weight: outputs × inputs × kernel height × kernel width; float32 or float64 on
// the CPU, channels a multiple of 32. Differentiable in both.
at::Tensor bilinear_convolution(const at::Tensor& x, const at::Tensor& weight, const ConvGeometry& geometry,
                                Algorithm algorithm);

}  // namespace nc
