// The plan a network is built from: parameters, buffers and ops in execution order, as src/models/encode.ts writes
// them (a line each: a word, then key=value pairs). Parsing checks the form of each line, and shapes.h what they say
// together: a plan that was parsed can be run, whatever wrote it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nc {

// Rows r0..r1−1 and columns c0..c1−1 of a kernel: the taps that can meet data.
struct Taps {
  int64_t r0, r1, c0, c1;
};

struct ParameterSpec {
  enum class Init { constant, normal, uniform, etf };
  std::string name;
  std::vector<int64_t> shape;
  Init init;
  double value;  // the constant, the standard deviation, the bound of the uniform draw, or the length of an ETF's rows
  bool has_taps;
  Taps taps;
  // Of a matrix: each input stands for so many columns, one after the other, which would all read it.
  int64_t repeat;
  bool frozen;  // stays as it is drawn or written: no gradient moves it
};

struct BufferSpec {
  std::string name;
  std::vector<int64_t> shape;
  double value;
  bool counter;  // one int64 instead of floats
};

enum class OpKind {
  conv2d,
  batch_norm2d,
  relu,
  add,
  concat,
  max_pool2d,
  avg_pool2d,
  adaptive_avg_pool2d,
  flatten,
  normalise,
  linear
};

// How a convolution is computed; src/models/plan.ts says what each form is, rewrites/forms.ts when it is chosen.
enum class ConvForm { direct, matmul, positions, winograd, karatsuba };

// Of one image: channels × height × width, or the length of a vector (height and width 1).
struct Shape {
  int64_t channels, height, width;
  bool flat;

  bool operator==(const Shape&) const = default;
};

struct Op {
  std::string line;
  OpKind kind;
  int to;
  std::vector<int> from;
  std::string weight;  // conv2d, linear
  std::string bias;    // the same; empty where there is none
  std::string norm;    // batch_norm2d, or a conv2d with the norm fused into it: "bn1" stands for bn1.weight, ...
  double eps = 0;
  double momentum = 0;
  double temperature = 0;  // linear: above 0, rows of the weight have length 1 and the product is divided by it
  std::string nearest;     // linear: "fc" where weight and bias follow the class means (nearest_etf.h), by fc.class_means, ...
  bool relu = false;       // of a norm: ReLU at the end, after from[1] (if there, of a fused conv2d) was added
  ConvForm form = ConvForm::direct;
  int64_t kernel = 0;  // max_pool2d, avg_pool2d
  int64_t size = 1;    // adaptive_avg_pool2d: rows and columns of the output
  int64_t stride = 1;
  std::array<int64_t, 4> padding{};  // top, left, bottom, right
  std::vector<int> last_use;         // values nobody reads after this op
};

struct Plan {
  std::array<int64_t, 3> input{};  // channels, height, width
  std::vector<ParameterSpec> parameters;
  std::vector<BufferSpec> buffers;
  std::vector<std::string> entries;  // names of both, as declared: the order of the state dict
  std::vector<Op> ops;
  std::vector<Shape> shapes;  // of the values, the input included
  std::string single;         // the first batch norm that sees one value a channel and image, if there is one
  int feature = -1;
  int logits = -1;
  int64_t width = 0;    // d
  int64_t classes = 0;  // C

  // Whether a training pass looks at labels before there are logits.
  bool reads_labels() const { return !classifier().nearest.empty(); }

  // The op that gives logits, which no input is.
  const Op& classifier() const {
    return *std::find_if(ops.begin(), ops.end(), [this](const Op& op) { return op.to == logits; });
  }
};

// Throws where a line, or what it says of another, is not what the network needs.
Plan parse_plan(std::string_view text);

}  // namespace nc
