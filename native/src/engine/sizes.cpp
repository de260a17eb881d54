#include "engine/sizes.h"

#include <sstream>

namespace nc {

std::string by(const std::vector<int64_t>& sizes) {
  std::ostringstream text;
  for (size_t i = 0; i < sizes.size(); ++i) text << (i > 0 ? "×" : "") << sizes[i];
  return text.str();
}

std::string words(const Shape& shape) {
  return shape.flat ? "a vector of " + std::to_string(shape.channels)
                    : "a map of " + by({shape.channels, shape.height, shape.width});
}

int64_t product_up_to(const std::vector<int64_t>& sizes, int64_t most) {
  int64_t product = 1;
  for (const int64_t size : sizes) {
    if (size > most / product) return most + 1;
    product *= size;
  }
  return product;
}

}  // namespace nc
