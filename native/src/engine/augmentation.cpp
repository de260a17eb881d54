#include "engine/augmentation.h"

namespace nc {
namespace {

using at::Tensor;

// More than any image has to gain from; the number of ways stays far from overflow.
constexpr int64_t kMostPadding = 64;

// torchvision's RandomCrop(size, padding) and RandomHorizontalFlip: a place each in the padded image, and whether the
// columns run backwards from it. What lies in the padding is 0.
Augmentation crop_flip(Line& line) {
  const int64_t padding = line.take_integer("padding", 0, kMostPadding);
  const int64_t places = 2 * padding + 1;
  return {2 * places * places, [padding, places](const Tensor& pixels, const Tensor& changes) {
            const int64_t count = pixels.size(0), channels = pixels.size(1);
            const int64_t height = pixels.size(2), width = pixels.size(3);
            const Tensor flipped = changes.remainder(2).unsqueeze(1);
            const Tensor place = changes.div(2, "floor");
            const Tensor top = place.div(places, "floor").unsqueeze(1), left = place.remainder(places).unsqueeze(1);
            const Tensor rows = at::arange(height, changes.options()).add(top).sub(padding);
            const Tensor across = at::arange(width, changes.options()).unsqueeze(0);
            const Tensor columns = at::where(flipped.eq(1), width - 1 - across, across).add(left).sub(padding);
            const auto inside = [](const Tensor& at, int64_t size) { return at.ge(0).logical_and_(at.lt(size)); };
            const Tensor from = rows.clamp(0, height - 1).mul(width).unsqueeze(2) + columns.clamp(0, width - 1).unsqueeze(1);
            const Tensor there = inside(rows, height).unsqueeze(2).logical_and(inside(columns, width).unsqueeze(1));
            const Tensor moved = pixels.view({count, channels, height * width})
                                     .gather(2, from.view({count, 1, height * width}).expand({-1, channels, -1}));
            return moved.view(pixels.sizes()).mul_(there.unsqueeze(1));
          }};
}

const std::map<std::string, Augmentation (*)(Line&)> kAugmentations = {{"crop_flip", crop_flip}};

}  // namespace

Augmentation parse_augmentation(Line& line) {
  return line.one_of(kAugmentations, line.take("kind"), "one augmentation")(line);
}

}  // namespace nc
