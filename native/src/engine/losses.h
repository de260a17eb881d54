// The losses: one function a kind, which reads its numbers from its line and returns how it is computed.
#pragma once

#include <ATen/ATen.h>

#include <functional>

#include "engine/text.h"

namespace nc {

// Of logits (B × C, float32 or float64) and labels (B, int64): the mean or the sum over the samples of the batch.
using Loss = std::function<at::Tensor(const at::Tensor& logits, const at::Tensor& labels, at::Reduction::Reduction)>;

// `loss kind=cross_entropy label_smoothing=0`, `loss kind=focal gamma=2`, `loss kind=mse scale=1 target=1`.
Loss parse_loss(Line& line);

}  // namespace nc
