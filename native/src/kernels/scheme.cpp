#include "kernels/scheme.h"

#include "errors.h"

namespace nc {
namespace {

Side by_position(int64_t channels, int64_t height, int64_t width) {
  return {channels, height, width, 1, 0, 1, height, width, 1, true};
}

Scheme scheme_of_positions(const ConvGeometry& g) {
  Scheme scheme = {by_position(g.inputs, g.height, g.width), by_position(g.outputs, g.out_height, g.out_width), {}};
  for (int64_t py = 0; py < g.out_height; ++py)
    for (int64_t px = 0; px < g.out_width; ++px)
      for (int64_t ty = 0; ty < g.kernel_height; ++ty)
        for (int64_t tx = 0; tx < g.kernel_width; ++tx) {
          const int64_t qy = py * g.stride - g.top + ty, qx = px * g.stride - g.left + tx;
          if (qy < 0 || qy >= g.height || qx < 0 || qx >= g.width) continue;
          scheme.terms.push_back({qy * g.width + qx, ty * g.kernel_width + tx, py * g.out_width + px});
        }
  return scheme;
}

// `outputs` of a tile come from `inputs`, which begin at `offset` from them, through `elements` products: along
// one axis each.
Scheme scheme_of_tiles(const ConvGeometry& g, int64_t outputs, int64_t inputs, int64_t offset, int64_t elements) {
  const int64_t down = (g.out_height + outputs - 1) / outputs;
  const int64_t across = (g.out_width + outputs - 1) / outputs;
  Scheme scheme = {
      {g.inputs, g.height, g.width, outputs, offset, inputs, down, across, elements, false},
      {g.outputs, g.out_height, g.out_width, outputs, 0, outputs, down, across, elements, false},
      {},
  };
  for (int64_t slot = 0; slot < elements * elements; ++slot) scheme.terms.push_back({slot, slot, slot});
  return scheme;
}

}  // namespace

KernelSide kernel_side(int64_t outputs, int64_t inputs, int64_t height, int64_t width, Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::positions:
      return {outputs, inputs, height, width, 1, true};
    case Algorithm::winograd4:
      return {outputs, inputs, height, width, 6, false};
    case Algorithm::karatsuba2:
      return {outputs, inputs, height, width, 3, false};
  }
  refuse("expected an algorithm, found ", static_cast<int>(algorithm));
}

Scheme scheme_of(const ConvGeometry& g, Algorithm algorithm) {
  if (algorithm == Algorithm::positions) return scheme_of_positions(g);
  require(g.kernel_height == 3 && g.kernel_width == 3 && g.stride == 1 && g.top == 1 && g.left == 1 &&
              g.out_height == g.height && g.out_width == g.width,
          "expected a 3×3 convolution with stride 1 that keeps the size of its map, found ", g.kernel_height, "×",
          g.kernel_width, " with stride ", g.stride, " from ", g.height, "×", g.width, " to ", g.out_height, "×",
          g.out_width);
  if (algorithm == Algorithm::winograd4) return scheme_of_tiles(g, 4, 6, -1, 6);
  require(g.height == 2 && g.width == 2, "expected a map of 2×2, found ", g.height, "×", g.width);
  return scheme_of_tiles(g, 2, 2, 0, 3);
}

}  // namespace nc
