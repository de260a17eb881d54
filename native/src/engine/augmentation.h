// What becomes of training images before they are normalised.
#pragma once

#include <ATen/ATen.h>

#include <functional>

#include "engine/text.h"

namespace nc {

struct Augmentation {
  // There are so many ways to change an image, numbered from 0.
  int64_t ways = 1;
  // Changes each of N × C × H × W bytes in its way (N, int64, on the same device); empty where images stay as they are.
  std::function<at::Tensor(const at::Tensor& pixels, const at::Tensor& changes)> apply;
};

// The augmentation that a line of the trainer's text says.
Augmentation parse_augmentation(Line& line);

}  // namespace nc
