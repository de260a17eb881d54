// A kernel in the transform domain: its slots, and its gradient from theirs.
#pragma once

#include <ATen/Parallel.h>

#include "kernels/scheme.h"
#include "kernels/transforms.h"

namespace nc {

// The slots of `rows` rows: one panel matrix (rows × channels) a slot. The distance between two slots is no power
// of two, or writing one element to each would fall on the same cache lines again and again.
template <typename T>
int64_t slot_size(int64_t rows, int64_t channels) {
  return rows * channels + kPanel<T>;
}

// Squares of the same shape that differ in where they are and whether one may write there.
template <typename T>
Square<const T> reading(const Square<T>& s, const T* base) {
  return {base, s.row, s.column, s.panel, s.first_row, s.last_row, s.first_column, s.last_column};
}
template <typename T>
Square<T> writing(const Square<T>& s, T* base) {
  return {base, s.row, s.column, s.panel, s.first_row, s.last_row, s.first_column, s.last_column};
}

// A kernel and its slots.
template <typename T>
class KernelSlots {
 public:
  KernelSlots(const KernelSide& side, Algorithm algorithm) : side_(side), transforms_(transforms_of<T>(algorithm)) {}

  // Elements of all slots, and of one.
  int64_t size() const { return side_.slots() * slot(); }
  int64_t slot() const { return slot_size<T>(side_.inputs, side_.outputs); }

  // outputs × inputs a slot.
  void transform(const T* weight, T* slots) const {
    each([&](int64_t kernel, const Square<T>& taps, int64_t s, const Square<T>& in_slots) {
      transforms_.weight(reading(taps, weight + kernel), writing(in_slots, slots + s), side_.inputs);
    });
  }

  // The kernel's gradient from that of its slots.
  void collect(const T* slots, T* weight) const {
    each([&](int64_t kernel, const Square<T>& taps, int64_t s, const Square<T>& in_slots) {
      transforms_.weight_transposed(reading(in_slots, slots + s), writing(taps, weight + kernel), side_.inputs);
    });
  }

 private:
  // The taps of each output's kernel (outputs × height × width × inputs in memory), and the places of their slots.
  template <typename Visit>
  void each(Visit&& visit) const {
    const int64_t inputs = side_.inputs, elements = side_.elements, panel = side_.outputs * kPanel<T>;
    const Square<T> tap = {nullptr, 0, 0, kPanel<T>, 0, 1, 0, 1}, slot_of_tap = {nullptr, 0, 0, panel, 0, 1, 0, 1};
    const Square<T> taps = {nullptr, side_.width * inputs, inputs, kPanel<T>, 0, side_.height, 0, side_.width};
    const Square<T> slots = {nullptr, elements * slot(), slot(), panel, 0, elements, 0, elements};
    const int64_t count = side_.height * side_.width;
    at::parallel_for(0, side_.outputs, 8, [&](int64_t begin, int64_t end) {
      for (int64_t output = begin; output < end; ++output) {
        const int64_t kernel = output * count * inputs, row = output * kPanel<T>;
        if (side_.taps_are_slots) {
          for (int64_t t = 0; t < count; ++t) visit(kernel + t * inputs, tap, t * slot() + row, slot_of_tap);
        } else {
          visit(kernel, taps, row, slots);
        }
      }
    });
  }

  KernelSide side_;
  Transforms<T> transforms_;
};

}  // namespace nc
