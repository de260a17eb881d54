#include "bilinear.h"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include <vector>

#include "guard.h"

namespace nc {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Slots of a block of images that stay in a second-level cache together.
constexpr int64_t kBlockBytes = 1 << 20;
// Slots of blocks that the gradient of the weight is computed from at a time.
constexpr int64_t kGradientBytes = 64 << 20;

// in[in] × weight[weight] is a summand of out[out].
struct Term {
  int64_t in, weight, out;
};

// How a map is cut into windows: window (y, x) starts at step · (y, x) + offset. Windows that are slots of their
// own hold one row an image; otherwise slots are the transformed elements of a window, one row a window.
struct Side {
  int64_t channels, height, width;
  int64_t step, offset, window;
  int64_t windows_down, windows_across;
  int64_t elements;  // of a transformed window, along one axis
  bool windows_are_slots;

  int64_t windows() const { return windows_down * windows_across; }
  int64_t slots() const { return windows_are_slots ? windows() : elements * elements; }
  int64_t rows_of_image() const { return windows_are_slots ? 1 : windows(); }
};

struct Scheme {
  Side in, out;
  int64_t kernel_height, kernel_width;
  int64_t weight_elements;  // along one axis; 1 where taps are slots of their own
  bool taps_are_slots;
  std::vector<Term> terms;

  int64_t weight_slots() const {
    return taps_are_slots ? kernel_height * kernel_width : weight_elements * weight_elements;
  }
};

Side windowed(int64_t channels, int64_t height, int64_t width, int64_t step, int64_t offset, int64_t window,
              int64_t windows_down, int64_t windows_across, int64_t elements) {
  return {channels, height, width, step, offset, window, windows_down, windows_across, elements, false};
}

Side by_position(int64_t channels, int64_t height, int64_t width) {
  return {channels, height, width, 1, 0, 1, height, width, 1, true};
}

Scheme scheme_of_positions(const ConvGeometry& g) {
  Scheme scheme = {by_position(g.inputs, g.height, g.width),
                   by_position(g.outputs, g.out_height, g.out_width),
                   g.kernel_height,
                   g.kernel_width,
                   1,
                   true,
                   {}};
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

Scheme scheme_of_windows(const ConvGeometry& g, int64_t outputs_a_window, int64_t inputs_a_window,
                         int64_t elements, int64_t offset) {
  const int64_t down = (g.out_height + outputs_a_window - 1) / outputs_a_window;
  const int64_t across = (g.out_width + outputs_a_window - 1) / outputs_a_window;
  Scheme scheme = {
      windowed(g.inputs, g.height, g.width, outputs_a_window, offset, inputs_a_window, down, across, elements),
      windowed(g.outputs, g.out_height, g.out_width, outputs_a_window, 0, outputs_a_window, down, across,
               elements),
      g.kernel_height,
      g.kernel_width,
      elements,
      false,
      {}};
  for (int64_t slot = 0; slot < elements * elements; ++slot) scheme.terms.push_back({slot, slot, slot});
  return scheme;
}

Scheme scheme_of(const ConvGeometry& g, Algorithm algorithm) {
  if (algorithm == Algorithm::positions) return scheme_of_positions(g);
  require(g.kernel_height == 3 && g.kernel_width == 3 && g.stride == 1 && g.top == 1 && g.left == 1 &&
              g.out_height == g.height && g.out_width == g.width,
          "expected a 3×3 convolution with stride 1 that keeps the size of its map, found ", g.kernel_height, "×",
          g.kernel_width, " with stride ", g.stride, " from ", g.height, "×", g.width, " to ", g.out_height, "×",
          g.out_width);
  if (algorithm == Algorithm::winograd4) return scheme_of_windows(g, 4, 6, 6, -1);
  require(g.height == 2 && g.width == 2, "expected a map of 2×2, found ", g.height, "×", g.width);
  return scheme_of_windows(g, 2, 2, 3, 0);
}

// The slots of `rows` rows: one panel matrix (rows × channels) a slot. The distance between two slots is no power
// of two, or writing one element to each would fall on the same cache lines again and again.
template <typename T>
int64_t slot_size(int64_t rows, int64_t channels) {
  return rows * channels + kPanel<T>;
}

template <typename T>
class Computation {
 public:
  Computation(const ConvGeometry& geometry, Algorithm algorithm, int64_t images)
      : scheme_(scheme_of(geometry, algorithm)), transforms_(transforms_of<T>(algorithm)), images_(images) {
    const int64_t bytes_an_image =
        sizeof(T) * (scheme_.in.rows_of_image() * scheme_.in.channels * scheme_.in.slots() +
                     scheme_.out.rows_of_image() * scheme_.out.channels * scheme_.out.slots());
    const int64_t threads = at::get_num_threads();
    block_ = std::clamp<int64_t>(kBlockBytes / bytes_an_image, 1, (images + threads - 1) / threads);
    group(in_terms_, scheme_.in.slots(), [](const Term& t) { return t.in; });
    group(weight_terms_, scheme_.weight_slots(), [](const Term& t) { return t.weight; });
    group(out_terms_, scheme_.out.slots(), [](const Term& t) { return t.out; });
  }

  void forward(const T* x, const T* weight, T* y, const at::TensorOptions& options) const {
    const Tensor transposed = at::empty({weights_size()}, options), weights = at::empty({weights_size()}, options);
    transform_weight(weight, transposed.mutable_data_ptr<T>());
    transpose_panels(transposed.const_data_ptr<T>(), weights.mutable_data_ptr<T>());
    const T* slots = weights.const_data_ptr<T>();
    each_block(0, blocks(), [&](int64_t, int64_t first, int64_t last) {
      const Tensor in = at::empty({in_size()}, options), out = at::empty({out_size()}, options);
      T* in_slots = in.mutable_data_ptr<T>();
      T* out_slots = out.mutable_data_ptr<T>();
      spread(scheme_.in, in_terms_, transforms_.in, x, first, last, in_slots);
      const int64_t rows = (last - first) * scheme_.in.rows_of_image();
      multiply(out_terms_, &Term::in, in_slots, scheme_.in.channels, slots, scheme_.out.channels, rows, out_slots);
      collect(scheme_.out, transforms_.out, out_slots, first, last, y);
    });
  }

  // Either gradient may be null where nobody asks for it.
  void backward(const T* x, const T* weight, const T* gradient, T* to_x, T* to_weight,
                const at::TensorOptions& options) const {
    const Tensor weights = at::empty({to_x != nullptr ? weights_size() : 0}, options);
    if (to_x != nullptr) transform_weight(weight, weights.mutable_data_ptr<T>());
    const T* slots = weights.const_data_ptr<T>();
    const int64_t group =
        std::max<int64_t>(at::get_num_threads(), kGradientBytes / sizeof(T) / (in_size() + out_size()));
    const int64_t stored = std::min(group, blocks());
    const Tensor in = at::empty({to_weight != nullptr ? stored * in_size() : 0}, options);
    const Tensor out = at::empty({stored * out_size()}, options);
    const Tensor products = at::empty({to_weight != nullptr ? weights_size() : 0}, options);
    for (int64_t start = 0; start < blocks(); start += group) {
      const Blocks here = {start, std::min(blocks(), start + group), in.mutable_data_ptr<T>(),
                           out.mutable_data_ptr<T>()};
      each_block(here.begin, here.end, [&](int64_t block, int64_t first, int64_t last) {
        T* out_slots = here.out + (block - start) * out_size();
        spread(scheme_.out, out_terms_, transforms_.out_transposed, gradient, first, last, out_slots);
        if (to_weight != nullptr) {
          spread(scheme_.in, in_terms_, transforms_.in, x, first, last, here.in + (block - start) * in_size());
        }
        if (to_x != nullptr) input_gradient(out_slots, slots, first, last, to_x, options);
      });
      if (to_weight != nullptr) multiply_blocks(here, start > 0, products.mutable_data_ptr<T>());
    }
    if (to_weight == nullptr) return;
    const T* weight_slots = products.const_data_ptr<T>();
    each_kernel([&](int64_t kernel, const Square<T>& taps, int64_t s, const Square<T>& in_slots) {
      transforms_.weight_transposed(reading(in_slots, weight_slots + s), writing(taps, to_weight + kernel),
                                    scheme_.in.channels);
    });
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
  int64_t weight_slot() const { return slot_size<T>(scheme_.in.channels, scheme_.out.channels); }
  int64_t weights_size() const { return scheme_.weight_slots() * weight_slot(); }

  template <typename Visit>
  void each_block(int64_t first_block, int64_t last_block, Visit&& visit) const {
    at::parallel_for(first_block, last_block, 1, [&](int64_t begin, int64_t end) {
      at::NoGradGuard no_grad;
      for (int64_t block = begin; block < end; ++block) {
        visit(block, block * block_, std::min(images_, (block + 1) * block_));
      }
    });
  }

  // Windows of the map, and the places of their slots, for images first to last − 1 of a block.
  template <typename Visit>
  void each_window(const Side& side, int64_t first, int64_t last, Visit&& visit) const {
    const int64_t rows = (last - first) * side.rows_of_image();
    const int64_t slot = slot_size<T>(rows, side.channels);
    for (int64_t image = first; image < last; ++image)
      for (int64_t y = 0; y < side.windows_down; ++y)
        for (int64_t x = 0; x < side.windows_across; ++x) {
          const int64_t window = y * side.windows_across + x;
          const int64_t top = y * side.step + side.offset, left = x * side.step + side.offset;
          const int64_t map = ((image * side.height + top) * side.width + left) * side.channels;
          const int64_t row = side.windows_are_slots ? image - first : (image - first) * side.windows() + window;
          const int64_t slots = (side.windows_are_slots ? window * slot : 0) + row * kPanel<T>;
          const Square<T> on_map = {nullptr,
                                    side.width * side.channels,
                                    side.channels,
                                    kPanel<T>,
                                    std::max<int64_t>(0, -top),
                                    std::min(side.window, side.height - top),
                                    std::max<int64_t>(0, -left),
                                    std::min(side.window, side.width - left)};
          const Square<T> in_slots = {nullptr, side.elements * slot, slot, rows * kPanel<T>,
                                      0,       side.elements,        0,    side.elements};
          visit(window, map, on_map, slots, in_slots);
        }
  }

  static Square<const T> reading(const Square<T>& s, const T* base) {
    return {base, s.row, s.column, s.panel, s.first_row, s.last_row, s.first_column, s.last_column};
  }
  static Square<T> writing(const Square<T>& s, T* base) {
    return {base, s.row, s.column, s.panel, s.first_row, s.last_row, s.first_column, s.last_column};
  }

  void spread(const Side& side, const std::vector<std::vector<Term>>& terms, Transform<T> transform, const T* map,
              int64_t first, int64_t last, T* slots) const {
    each_window(side, first, last,
                [&](int64_t window, int64_t m, const Square<T>& on_map, int64_t s, const Square<T>& in_slots) {
                  if (side.windows_are_slots && terms[window].empty()) return;
                  transform(reading(on_map, map + m), writing(in_slots, slots + s), side.channels);
                });
  }

  void collect(const Side& side, Transform<T> transform, const T* slots, int64_t first, int64_t last,
               T* map) const {
    each_window(side, first, last,
                [&](int64_t, int64_t m, const Square<T>& on_map, int64_t s, const Square<T>& in_slots) {
                  transform(reading(in_slots, slots + s), writing(on_map, map + m), side.channels);
                });
  }

  // to[slot] = Σ from[term.*source] · weights[term.weight] over the terms of the slot.
  void multiply(const std::vector<std::vector<Term>>& terms, int64_t Term::*source, const T* from, int64_t depth,
                const T* weights, int64_t columns, int64_t rows, T* to) const {
    const int64_t panel = rows * kPanel<T>;
    const int64_t from_slot = slot_size<T>(rows, depth), to_slot = slot_size<T>(rows, columns);
    std::vector<Factors<T>> factors;
    for (size_t slot = 0; slot < terms.size(); ++slot)
      for (int64_t c = 0; c < columns; c += kPanel<T>) {
        factors.clear();
        for (const Term& term : terms[slot])
          for (int64_t k = 0; k < depth; k += kPanel<T>) {
            factors.push_back({from + term.*source * from_slot + k / kPanel<T> * panel,
                               weights + term.weight * weight_slot() + c * depth + k * kPanel<T>, kPanel<T>});
          }
        multiply_panel(factors.data(), factors.size(), rows, kPanel<T>, 1, false,
                       to + slot * to_slot + c / kPanel<T> * panel);
      }
  }

  void input_gradient(const T* out_slots, const T* weights, int64_t first, int64_t last, T* to_x,
                      const at::TensorOptions& options) const {
    const Tensor products = at::empty({in_size()}, options);
    T* in_slots = products.mutable_data_ptr<T>();
    const int64_t rows = (last - first) * scheme_.in.rows_of_image();
    multiply(in_terms_, &Term::out, out_slots, scheme_.out.channels, weights, scheme_.in.channels, rows, in_slots);
    const int64_t size = scheme_.in.channels * scheme_.in.height * scheme_.in.width;
    std::fill(to_x + first * size, to_x + last * size, T(0));
    collect(scheme_.in, transforms_.in_transposed, in_slots, first, last, to_x);
  }

  // slots (outputs × inputs each) = Σ outᵀ · in over the rows of all blocks, or += where `add`.
  void multiply_blocks(const Blocks& here, bool add, T* slots) const {
    const int64_t inputs = scheme_.in.channels, outputs = scheme_.out.channels;
    const int64_t panels = inputs / kPanel<T>;
    at::parallel_for(0, scheme_.weight_slots() * panels, 1, [&](int64_t begin, int64_t end) {
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
          multiply_panel(factors.data(), factors.size(), kPanel<T>, 1, kPanel<T>, add,
                         slots + slot * weight_slot() + (i * outputs + o * kPanel<T>)*kPanel<T>);
        }
      }
    });
  }

  // The taps of each output's kernel (outputs × height × width × inputs in memory), and the places of their slots:
  // one panel matrix (outputs × inputs) a slot.
  template <typename Visit>
  void each_kernel(Visit&& visit) const {
    const int64_t inputs = scheme_.in.channels, outputs = scheme_.out.channels;
    const int64_t height = scheme_.kernel_height, width = scheme_.kernel_width;
    at::parallel_for(0, outputs, 8, [&](int64_t begin, int64_t end) {
      for (int64_t output = begin; output < end; ++output) {
        const int64_t kernel = output * height * width * inputs;
        const int64_t row = output * kPanel<T>;
        if (!scheme_.taps_are_slots) {
          const int64_t elements = scheme_.weight_elements;
          visit(kernel, Square<T>{nullptr, width * inputs, inputs, kPanel<T>, 0, height, 0, width}, row,
                Square<T>{nullptr, elements * weight_slot(), weight_slot(), outputs * kPanel<T>, 0, elements, 0,
                          elements});
          continue;
        }
        for (int64_t tap = 0; tap < height * width; ++tap) {
          visit(kernel + tap * inputs, Square<T>{nullptr, 0, 0, kPanel<T>, 0, 1, 0, 1}, tap * weight_slot() + row,
                Square<T>{nullptr, 0, 0, outputs * kPanel<T>, 0, 1, 0, 1});
        }
      }
    });
  }

  // outputs × inputs a slot: what the gradient of the input is multiplied with.
  void transform_weight(const T* weight, T* slots) const {
    each_kernel([&](int64_t kernel, const Square<T>& taps, int64_t s, const Square<T>& in_slots) {
      transforms_.weight(reading(taps, weight + kernel), writing(in_slots, slots + s), scheme_.in.channels);
    });
  }

  // From outputs × inputs a slot to inputs × outputs.
  void transpose_panels(const T* from, T* to) const {
    const int64_t inputs = scheme_.in.channels, outputs = scheme_.out.channels;
    at::parallel_for(0, scheme_.weight_slots(), 1, [&](int64_t begin, int64_t end) {
      for (int64_t slot = begin; slot < end; ++slot)
        for (int64_t i = 0; i < inputs; i += kPanel<T>)
          for (int64_t o = 0; o < outputs; o += kPanel<T>) {
            const T* source = from + slot * weight_slot() + i * outputs + o * kPanel<T>;
            T* target = to + slot * weight_slot() + o * inputs + i * kPanel<T>;
            for (int64_t r = 0; r < kPanel<T>; ++r)
              for (int64_t c = 0; c < kPanel<T>; ++c) target[c * kPanel<T> + r] = source[r * kPanel<T> + c];
          }
    });
  }

  Scheme scheme_;
  Transforms<T> transforms_;
  int64_t images_, block_;
  std::vector<std::vector<Term>> in_terms_, weight_terms_, out_terms_;
};

template <typename Body>
void for_type(at::ScalarType type, Body&& body) {
  if (type == at::kDouble) {
    body(double{});
  } else {
    body(float{});
  }
}

struct Bilinear : torch::autograd::Function<Bilinear> {
  static Tensor forward(AutogradContext* context, const Tensor& x_in, const Tensor& weight_in,
                        std::vector<int64_t> g, int64_t algorithm) {
    const Tensor x = x_in.contiguous(at::MemoryFormat::ChannelsLast);
    const Tensor weight = weight_in.contiguous(at::MemoryFormat::ChannelsLast);
    context->save_for_backward({x, weight});
    context->saved_data["geometry"] = g;
    context->saved_data["algorithm"] = algorithm;
    const ConvGeometry geometry = geometry_of(g);
    Tensor y = at::empty({x.size(0), geometry.outputs, geometry.out_height, geometry.out_width},
                         x.options().memory_format(at::MemoryFormat::ChannelsLast));
    for_type(x.scalar_type(), [&](auto zero) {
      using T = decltype(zero);
      Computation<T>(geometry, static_cast<Algorithm>(algorithm), x.size(0))
          .forward(x.const_data_ptr<T>(), weight.const_data_ptr<T>(), y.mutable_data_ptr<T>(),
                   x.options().memory_format(at::MemoryFormat::Contiguous));
    });
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor& x = saved[0];
    const Tensor& weight = saved[1];
    const ConvGeometry geometry = geometry_of(context->saved_data["geometry"].toIntVector());
    const auto algorithm = static_cast<Algorithm>(context->saved_data["algorithm"].toInt());
    const Tensor gradient = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    Tensor to_x, to_weight;
    if (context->needs_input_grad(0)) to_x = at::empty_like(x);
    if (context->needs_input_grad(1)) to_weight = at::empty_like(weight);
    for_type(x.scalar_type(), [&](auto zero) {
      using T = decltype(zero);
      Computation<T>(geometry, algorithm, x.size(0))
          .backward(x.const_data_ptr<T>(), weight.const_data_ptr<T>(), gradient.const_data_ptr<T>(),
                    to_x.defined() ? to_x.mutable_data_ptr<T>() : nullptr,
                    to_weight.defined() ? to_weight.mutable_data_ptr<T>() : nullptr,
                    x.options().memory_format(at::MemoryFormat::Contiguous));
    });
    return {to_x, to_weight, Tensor(), Tensor()};
  }

  static ConvGeometry geometry_of(const std::vector<int64_t>& g) {
    return {g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], g[8], g[9], g[10]};
  }
};

}  // namespace

Tensor bilinear_convolution(const Tensor& x, const Tensor& weight, const ConvGeometry& g, Algorithm algorithm) {
  require(g.inputs % kPanel<float> == 0 && g.outputs % kPanel<float> == 0, "expected channels in multiples of ",
          kPanel<float>, ", found ", g.inputs, " and ", g.outputs);
  return Bilinear::apply(x, weight,
                         std::vector<int64_t>{g.inputs, g.height, g.width, g.outputs, g.out_height, g.out_width,
                                              g.kernel_height, g.kernel_width, g.stride, g.top, g.left},
                         static_cast<int64_t>(algorithm));
}

}  // namespace nc
