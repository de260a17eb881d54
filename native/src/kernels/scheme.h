// Which elements of a map, a kernel and an output become slots, and which slots are multiplied with which.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/transforms.h"

namespace nc {

struct ConvGeometry {
  int64_t inputs, height, width;
  int64_t outputs, out_height, out_width;
  int64_t kernel_height, kernel_width, stride, top, left;
};

// in[in] × weight[weight] is a summand of out[out].
struct Term {
  int64_t in, weight, out;
};

// How a map is cut into tiles: tile (y, x) starts at step · (y, x) + offset. Tiles that are slots of their
// own hold one row an image; otherwise slots are the transformed elements of a tile, one row a tile.
struct Side {
  int64_t channels, height, width;
  int64_t step, offset, tile;
  int64_t tiles_down, tiles_across;
  int64_t elements;  // of a transformed tile, along one axis
  bool tiles_are_slots;

  int64_t tiles() const { return tiles_down * tiles_across; }
  int64_t slots() const { return tiles_are_slots ? tiles() : elements * elements; }
  int64_t rows_of_image() const { return tiles_are_slots ? 1 : tiles(); }
};

// How a kernel becomes slots: its taps as they are, or the transformed elements of the whole kernel.
struct KernelSide {
  int64_t outputs, inputs, height, width;
  int64_t elements;  // of a transformed kernel, along one axis
  bool taps_are_slots;

  int64_t slots() const { return taps_are_slots ? height * width : elements * elements; }
};

struct Scheme {
  Side in, out;
  std::vector<Term> terms;
};

KernelSide kernel_side(int64_t outputs, int64_t inputs, int64_t height, int64_t width, Algorithm algorithm);

// Throws where the algorithm cannot compute such a convolution.
Scheme scheme_of(const ConvGeometry& geometry, Algorithm algorithm);

}  // namespace nc
