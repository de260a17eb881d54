// A bilinear convolution of a batch, block by block of images: tiles to slots, slots times slots, slots back to tiles.
// Whole because forward and backward are the same steps over the same blocks.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels/epilogue.h"
#include "kernels/gemm.h"
#include "kernels/kernel_slots.h"

namespace nc {

// Slots of a block of images that stay in a second-level cache together.
constexpr int64_t kBlockBytes = 1 << 20;
// Slots of blocks that the gradient of the weight is computed from at a time.
constexpr int64_t kGradientBytes = 64 << 20;

// One convolution of a batch, in blocks of images.
template <typename T>
class BlockedConvolution {
 public:
  BlockedConvolution(const ConvGeometry& geometry, Algorithm algorithm, int64_t images)
      : scheme_(scheme_of(geometry, algorithm)),
        kernel_side_(kernel_side_of(geometry, algorithm)),
        kernel_(kernel_side_, algorithm),
        transforms_(transforms_of<T>(algorithm)),
        images_(images) {
    const int64_t bytes_an_image =
        sizeof(T) * (scheme_.in.rows_of_image() * scheme_.in.channels * scheme_.in.slots() +
                     scheme_.out.rows_of_image() * scheme_.out.channels * scheme_.out.slots());
    const int64_t threads = at::get_num_threads();
    // As many blocks for one thread as for another.
    const int64_t rounds =
        std::max<int64_t>(1, (images * bytes_an_image + kBlockBytes * threads - 1) / (kBlockBytes * threads));
    block_ = (images + rounds * threads - 1) / (rounds * threads);
    group(in_terms_, scheme_.in.slots(), [](const Term& t) { return t.in; });
    group(weight_terms_, kernel_side_.slots(), [](const Term& t) { return t.weight; });
    group(out_terms_, scheme_.out.slots(), [](const Term& t) { return t.out; });
  }

  // `weights`: inputs × outputs a slot, of bilinear_weights. `epilogue`, where there is one, follows while the outputs
  // are in the cache.
  void forward(const T* x, const T* weights, const Epilogue* epilogue, T* y, const at::TensorOptions& options) const {
    each_block(0, blocks(), [&](int64_t, int64_t first, int64_t end) {
      const at::Tensor in = at::empty({in_size()}, options);
      T* in_slots = in.mutable_data_ptr<T>();
      spread(scheme_.in, in_terms_, transforms_.in, x, first, end, in_slots);
      make_map(scheme_.out, out_terms_, &Term::in, in_slots, scheme_.in.channels, weights, transforms_.out, first, end,
               y, options);
      if (epilogue == nullptr) return;
      const int64_t positions = scheme_.out.height * scheme_.out.width, channels = scheme_.out.channels;
      const int64_t start = first * positions * channels;
      const auto& [bias, shortcut, relu] = *epilogue;
      const T* identity = shortcut.defined() ? shortcut.template const_data_ptr<T>() + start : nullptr;
      epilogue_rows(y + start, bias.template const_data_ptr<T>(), identity, relu, (end - first) * positions, channels);
    });
  }

  // `weight` as it is. Either gradient may be null where nobody asks for it.
  void backward(const T* x, const T* weight, const T* gradient, T* to_x, T* to_weight,
                const at::TensorOptions& options) const {
    const at::Tensor weights = at::empty({to_x != nullptr ? kernel_.size() : 0}, options);
    if (to_x != nullptr) kernel_.transform(weight, weights.mutable_data_ptr<T>());
    const T* slots = weights.const_data_ptr<T>();
    const int64_t group =
        std::max<int64_t>(at::get_num_threads(), kGradientBytes / sizeof(T) / (in_size() + out_size()));
    const int64_t stored = std::min(group, blocks());
    const at::Tensor in = at::empty({to_weight != nullptr ? stored * in_size() : 0}, options);
    const at::Tensor out = at::empty({stored * out_size()}, options);
    const at::Tensor products = at::empty({to_weight != nullptr ? kernel_.size() : 0}, options);
    for (int64_t start = 0; start < blocks(); start += group) {
      const Blocks here = {start, std::min(blocks(), start + group), in.mutable_data_ptr<T>(),
                           out.mutable_data_ptr<T>()};
      each_block(here.begin, here.end, [&](int64_t block, int64_t first, int64_t last) {
        T* out_slots = here.out + (block - start) * out_size();
        spread(scheme_.out, out_terms_, transforms_.out_transposed, gradient, first, last, out_slots);
        if (to_weight != nullptr) {
          spread(scheme_.in, in_terms_, transforms_.in, x, first, last, here.in + (block - start) * in_size());
        }
        if (to_x == nullptr) return;
        make_map(scheme_.in, in_terms_, &Term::out, out_slots, scheme_.out.channels, slots, transforms_.in_transposed,
                 first, last, to_x, options);
      });
      if (to_weight != nullptr) multiply_blocks(here, start > 0, products.mutable_data_ptr<T>());
    }
    if (to_weight != nullptr) kernel_.collect(products.const_data_ptr<T>(), to_weight);
  }

 private:
  // Slots of the map and of the output's gradient, for blocks begin to end − 1.
  struct Blocks {
    int64_t begin, end;
    T* in;
    T* out;
  };

  template <typename Key>
  void group(std::vector<std::vector<Term>>& groups, int64_t slots, Key&& key) const {
    groups.resize(slots);
    for (const Term& term : scheme_.terms) groups[key(term)].push_back(term);
  }

  int64_t blocks() const { return (images_ + block_ - 1) / block_; }
  int64_t rows_of_block() const { return block_ * scheme_.in.rows_of_image(); }
  int64_t in_size() const { return scheme_.in.slots() * slot_size<T>(rows_of_block(), scheme_.in.channels); }
  int64_t out_size() const { return scheme_.out.slots() * slot_size<T>(rows_of_block(), scheme_.out.channels); }

  template <typename Visit>
  void each_block(int64_t first_block, int64_t last_block, Visit&& visit) const {
    at::parallel_for(first_block, last_block, 1, [&](int64_t begin, int64_t end) {
      at::NoGradGuard no_grad;
      for (int64_t block = begin; block < end; ++block) {
        visit(block, block * block_, std::min(images_, (block + 1) * block_));
      }
    });
  }

  // Tiles of the map, and the places of their slots, for images first to last − 1 of a block.
  template <typename Visit>
  void each_tile(const Side& side, int64_t first, int64_t last, Visit&& visit) const {
    const int64_t rows = (last - first) * side.rows_of_image();
    const int64_t slot = slot_size<T>(rows, side.channels);
    for (int64_t image = first; image < last; ++image)
      for (int64_t y = 0; y < side.tiles_down; ++y)
        for (int64_t x = 0; x < side.tiles_across; ++x) {
          const int64_t tile = y * side.tiles_across + x;
          const int64_t top = y * side.step + side.offset, left = x * side.step + side.offset;
          const int64_t map = ((image * side.height + top) * side.width + left) * side.channels;
          const int64_t row = side.tiles_are_slots ? image - first : (image - first) * side.tiles() + tile;
          const int64_t slots = (side.tiles_are_slots ? tile * slot : 0) + row * kPanel<T>;
          const Square<T> on_map = {nullptr,
                                    side.width * side.channels,
                                    side.channels,
                                    kPanel<T>,
                                    std::max<int64_t>(0, -top),
                                    std::min(side.tile, side.height - top),
                                    std::max<int64_t>(0, -left),
                                    std::min(side.tile, side.width - left)};
          const Square<T> in_slots = {nullptr, side.elements * slot, slot, rows * kPanel<T>,
                                      0,       side.elements,        0,    side.elements};
          visit(tile, map, on_map, slots, in_slots);
        }
  }

  void spread(const Side& side, const std::vector<std::vector<Term>>& terms, Transform<T> transform, const T* map,
              int64_t first, int64_t last, T* slots) const {
    each_tile(side, first, last,
                [&](int64_t tile, int64_t m, const Square<T>& on_map, int64_t s, const Square<T>& in_slots) {
                  if (side.tiles_are_slots && terms[tile].empty()) return;
                  transform(reading(on_map, map + m), writing(in_slots, slots + s), side.channels);
                });
  }

  void collect(const Side& side, Transform<T> transform, const T* slots, int64_t first, int64_t last, T* map) const {
    each_tile(side, first, last,
                [&](int64_t, int64_t m, const Square<T>& on_map, int64_t s, const Square<T>& in_slots) {
                  transform(reading(in_slots, slots + s), writing(on_map, map + m), side.channels);
                });
  }

  // Where products of slots go: slot and panel begin at base + slot · slot index + panel · panel index.
  struct Places {
    T* base;
    int64_t channels, slot, panel, row;
  };

  static Places in_slots_of(const Side& side, T* slots, int64_t rows) {
    return {slots, side.channels, slot_size<T>(rows, side.channels), rows * kPanel<T>, kPanel<T>};
  }

  // Positions that are slots are where they belong at once.
  static Places on_map(const Side& side, T* map, int64_t first_image) {
    const int64_t image = side.height * side.width * side.channels;
    return {map + first_image * image, side.channels, side.channels, kPanel<T>, image};
  }

  // to[slot] = Σ from[term.*source] · weights[term.weight] over the terms of the slot.
  void multiply(const std::vector<std::vector<Term>>& terms, int64_t Term::* source, const T* from, int64_t depth,
                const T* weights, int64_t rows, const Places& to) const {
    const int64_t panel = rows * kPanel<T>, from_slot = slot_size<T>(rows, depth);
    std::vector<Factors<T>> factors;
    for (size_t slot = 0; slot < terms.size(); ++slot)
      for (int64_t c = 0; c < to.channels; c += kPanel<T>) {
        factors.clear();
        for (const Term& term : terms[slot])
          for (int64_t k = 0; k < depth; k += kPanel<T>) {
            factors.push_back({from + term.*source * from_slot + k / kPanel<T> * panel,
                               weights + term.weight * kernel_.slot() + c * depth + k * kPanel<T>, kPanel<T>});
          }
        gemm_panel(factors.data(), factors.size(), rows, kPanel<T>, 1, false,
                       to.base + slot * to.slot + c / kPanel<T> * to.panel, to.row);
      }
  }

  // The map of `side`, for images first to last − 1, from the other side's slots and the kernel's.
  void make_map(const Side& side, const std::vector<std::vector<Term>>& terms, int64_t Term::* source, const T* from,
                int64_t depth, const T* weights, Transform<T> transform, int64_t first, int64_t last, T* map,
                const at::TensorOptions& options) const {
    const int64_t rows = (last - first) * side.rows_of_image();
    if (side.tiles_are_slots) {
      multiply(terms, source, from, depth, weights, rows, on_map(side, map, first));
      return;
    }
    const at::Tensor scratch = at::empty({side.slots() * slot_size<T>(rows, side.channels)}, options);
    T* slots = scratch.mutable_data_ptr<T>();
    multiply(terms, source, from, depth, weights, rows, in_slots_of(side, slots, rows));
    // Tiles of the input may overlap: their gradients are added up.
    const int64_t size = side.channels * side.height * side.width;
    if (&side == &scheme_.in) std::fill(map + first * size, map + last * size, T(0));
    collect(side, transform, slots, first, last, map);
  }

  // slots (outputs × inputs each) = Σ outᵀ · in over the rows of all blocks, or += where `add`.
  void multiply_blocks(const Blocks& here, bool add, T* slots) const {
    const int64_t inputs = scheme_.in.channels, outputs = scheme_.out.channels;
    const int64_t panels = inputs / kPanel<T>;
    at::parallel_for(0, kernel_side_.slots() * panels, 1, [&](int64_t begin, int64_t end) {
      std::vector<Factors<T>> factors;
      for (int64_t task = begin; task < end; ++task) {
        const int64_t slot = task / panels, i = task % panels;
        for (int64_t o = 0; o < outputs / kPanel<T>; ++o) {
          factors.clear();
          for (int64_t block = here.begin; block < here.end; ++block) {
            const int64_t rows = std::min(block_, images_ - block * block_) * scheme_.in.rows_of_image();
            const T* out = here.out + (block - here.begin) * out_size() + o * rows * kPanel<T>;
            const T* in = here.in + (block - here.begin) * in_size() + i * rows * kPanel<T>;
            for (const Term& term : weight_terms_[slot]) {
              factors.push_back(
                  {out + term.out * slot_size<T>(rows, outputs), in + term.in * slot_size<T>(rows, inputs), rows});
            }
          }
          gemm_panel(factors.data(), factors.size(), kPanel<T>, 1, kPanel<T>, add,
                         slots + slot * kernel_.slot() + (i * outputs + o * kPanel<T>)*kPanel<T>, kPanel<T>);
        }
      }
    });
  }

  static KernelSide kernel_side_of(const ConvGeometry& g, Algorithm algorithm) {
    return kernel_side(g.outputs, g.inputs, g.kernel_height, g.kernel_width, algorithm);
  }

  Scheme scheme_;
  KernelSide kernel_side_;
  KernelSlots<T> kernel_;
  Transforms<T> transforms_;
  int64_t images_, block_;
  std::vector<std::vector<Term>> in_terms_, weight_terms_, out_terms_;
};

}  // namespace nc
