#include "engine/forms.h"

#include "engine/sizes.h"
#include "errors.h"
#include "kernels/simd.h"

namespace nc {
namespace {

// What the form `positions` lists: pairs of a position and a tap of the kernel that meets it.
constexpr int64_t kMostMeetings = int64_t{1} << 20;

}  // namespace

void check_form(const Op& op, const Shape& x, const Shape& y, int64_t kernel_height, int64_t kernel_width) {
  constexpr int64_t block = kPanel<float>;
  require(x.channels % block == 0 && y.channels % block == 0, "plan: expected channels in multiples of ", block,
          ", found ", x.channels, " and ", y.channels, " in '", op.line, "'");
  const auto [top, left, bottom, right] = op.padding;
  const bool padded = top + left + bottom + right > 0;
  if (op.form == ConvForm::matmul) {
    const bool pointwise = kernel_height == 1 && kernel_width == 1 && op.stride == 1;
    const bool covers = kernel_height == x.height && kernel_width == x.width;
    require(!padded && (pointwise || covers), "plan: a matrix product takes a kernel of 1×1 with stride 1, or one ",
            "that covers its map, without padding; found ", kernel_height, "×", kernel_width, " on ", words(x),
            " in '", op.line, "'");
  } else if (op.form == ConvForm::positions) {
    const std::vector<int64_t> meetings = {y.height, y.width, kernel_height, kernel_width};
    require(product_up_to(meetings, kMostMeetings) <= kMostMeetings &&
                product_up_to({x.height, x.width}, kMostMeetings) <= kMostMeetings,
            "plan: the form positions takes at most ", kMostMeetings, " meetings of positions and taps, found ",
            by(meetings), " on ", words(x), " in '", op.line, "'");
  } else {
    const bool ones = top == 1 && left == 1 && bottom == 1 && right == 1;
    require(kernel_height == 3 && kernel_width == 3 && op.stride == 1 && ones,
            "plan: this form takes a kernel of 3×3 with stride 1 and padding 1, found ", kernel_height, "×",
            kernel_width, " in '", op.line, "'");
    require(op.form == ConvForm::winograd || (x.height == 2 && x.width == 2),
            "plan: the form karatsuba takes a map of 2×2, found ", words(x), " in '", op.line, "'");
  }
}

}  // namespace nc
