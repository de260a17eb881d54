// Sizes of maps and tensors: in words for messages, and multiplied without overflow.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/plan.h"

namespace nc {

// "32×3×3".
std::string by(const std::vector<int64_t>& sizes);

// "a vector of 512", "a map of 64×8×8".
std::string words(const Shape& shape);

// The product, or one more than `most` where it is larger.
int64_t product_up_to(const std::vector<int64_t>& sizes, int64_t most);

}  // namespace nc
