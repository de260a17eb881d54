#include "engine/shapes.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/forms.h"
#include "engine/sizes.h"
#include "errors.h"

namespace nc {
namespace {

// Values of one map of one image, padding included: 1 GB in float32, a thousand times what a ResNet has at 224×224.
constexpr int64_t kMostValues = int64_t{1} << 28;
// Values of all parameters: 8 GB in float32.
constexpr int64_t kMostParameters = int64_t{1} << 31;

class Inference {
 public:
  explicit Inference(Plan& plan) : plan_(plan) {
    int64_t total = 0;
    for (const ParameterSpec& spec : plan.parameters) {
      require(parameters_.emplace(spec.name, &spec).second, "plan: two parameters are named ", spec.name);
      total += product_up_to(spec.shape, kMostParameters);
      require(spec.shape.size() <= 4 && total <= kMostParameters, "plan: expected parameters of at most 4 dimensions ",
              "and ", kMostParameters, " values in all, found ", spec.name, " of ", by(spec.shape));
    }
    const bool trains = std::any_of(plan.parameters.begin(), plan.parameters.end(), [](const auto& spec) { return !spec.frozen; });
    require(trains, "plan: expected parameters to train, found none");
    for (const BufferSpec& spec : plan.buffers) {
      require(parameters_.count(spec.name) == 0 && buffers_.emplace(spec.name, &spec).second, "plan: two parameters ",
              "or buffers are named ", spec.name);
      total += product_up_to(spec.shape, kMostParameters);
      require(total <= kMostParameters, "plan: expected parameters and buffers of at most ", kMostParameters,
              " values in all, found ", spec.name, " of ", by(spec.shape));
    }
  }

  void run() {
    require_size(plan_.shapes[0].channels, plan_.input[1], plan_.input[2], "the input");
    for (const Op& op : plan_.ops) plan_.shapes.push_back(output_of(op));
    check_output();
    check_use();
  }

 private:
  const Shape& read(const Op& op, size_t index) const { return plan_.shapes[op.from[index]]; }

  void require_size(int64_t channels, int64_t height, int64_t width, const std::string& where) const {
    require(product_up_to({channels, height, width}, kMostValues) <= kMostValues, "plan: expected maps of at most ",
            kMostValues, " values an image, found ", by({channels, height, width}), " in '", where, "'");
  }

  const Shape& map_of(const Op& op) const {
    const Shape& x = read(op, 0);
    require(!x.flat, "plan: expected a map to read, found ", words(x), " in '", op.line, "'");
    return x;
  }

  const ParameterSpec& parameter(const Op& op, const std::string& name, const std::vector<int64_t>& shape) {
    const auto found = parameters_.find(name);
    require(found != parameters_.end(), "plan: no line declares parameter '", name, "', which is read in '", op.line,
            "'");
    const ParameterSpec& spec = *found->second;
    require(spec.shape == shape, "plan: expected ", name, " of ", by(shape), ", found ", by(spec.shape), " for '",
            op.line, "'");
    read_.insert(name);
    return spec;
  }

  void buffer(const Op& op, const std::string& name, const std::vector<int64_t>& shape) const {
    const auto found = buffers_.find(name);
    require(found != buffers_.end() && !found->second->counter, "plan: no line declares buffer '", name,
            "' with a shape, which is read in '", op.line, "'");
    require(found->second->shape == shape, "plan: expected ", name, " of ", by(shape), ", found ",
            by(found->second->shape), " for '", op.line, "'");
  }

  void check_norm(const Op& op, const Shape& y) {
    for (const char* part : {".weight", ".bias"}) parameter(op, op.norm + part, {y.channels});
    for (const char* part : {".running_mean", ".running_var"}) buffer(op, op.norm + part, {y.channels});
    if (y.height * y.width == 1 && plan_.single.empty()) plan_.single = op.norm;
  }

  // Positions of a window of `kernel` that slides over `size` and its padding.
  int64_t slide(const Op& op, int64_t size, int64_t before, int64_t after, int64_t kernel) const {
    const int64_t padded = size + before + after;
    require(kernel <= padded, "plan: a kernel of ", kernel, " does not fit ", padded, " positions, padding included, ",
            "in '", op.line, "'");
    return (padded - kernel) / op.stride + 1;
  }

  Shape slid(const Op& op, const Shape& x, int64_t channels, int64_t kernel_height, int64_t kernel_width) const {
    const auto [top, left, bottom, right] = op.padding;
    require_size(x.channels, x.height + top + bottom, x.width + left + right, op.line);
    const Shape y = {channels, slide(op, x.height, top, bottom, kernel_height),
                     slide(op, x.width, left, right, kernel_width), false};
    require_size(y.channels, y.height, y.width, op.line);
    return y;
  }

  Shape convolution(const Op& op) {
    const Shape& x = map_of(op);
    const auto found = parameters_.find(op.weight);
    require(found != parameters_.end() && found->second->shape.size() == 4, "plan: no line declares a kernel '",
            op.weight, "' of outputs × inputs × height × width, which is read in '", op.line, "'");
    const std::vector<int64_t>& shape = found->second->shape;
    const ParameterSpec& weight = parameter(op, op.weight, {shape[0], x.channels, shape[2], shape[3]});
    const int64_t kernel_height = weight.has_taps ? weight.taps.r1 - weight.taps.r0 : shape[2];
    const int64_t kernel_width = weight.has_taps ? weight.taps.c1 - weight.taps.c0 : shape[3];
    const Shape y = slid(op, x, shape[0], kernel_height, kernel_width);
    if (op.form != ConvForm::direct) check_form(op, x, y, kernel_height, kernel_width);
    if (!op.norm.empty()) check_norm(op, y);
    if (!op.bias.empty()) parameter(op, op.bias, {y.channels});
    if (op.from.size() > 1) {
      require(read(op, 1) == y, "plan: expected ", words(y), " to add, found ", words(read(op, 1)), " in '", op.line,
              "'");
    }
    return y;
  }

  Shape concatenation(const Op& op) const {
    Shape y = read(op, 0);
    for (size_t i = 1; i < op.from.size(); ++i) {
      const Shape& more = read(op, i);
      require(more.flat == y.flat && more.height == y.height && more.width == y.width,
              "plan: expected equal heights and widths to join, found ", words(y), " and ", words(more), " in '",
              op.line, "'");
      y.channels += more.channels;
      require_size(y.channels, y.height, y.width, op.line);
    }
    return y;
  }

  Shape pooled(const Op& op) const {
    const Shape& x = map_of(op);
    require(op.padding[0] <= op.kernel / 2, "plan: expected a padding of at most half the window of ", op.kernel,
            ", found ", op.padding[0], " in '", op.line, "'");
    return slid(op, x, x.channels, op.kernel, op.kernel);
  }

  Shape linear(const Op& op) {
    const Shape& x = read(op, 0);
    require(x.flat, "plan: expected a vector to read, found ", words(x), " in '", op.line, "'");
    const auto found = parameters_.find(op.weight);
    require(found != parameters_.end() && found->second->shape.size() == 2, "plan: no line declares a matrix '",
            op.weight, "' of outputs × inputs, which is read in '", op.line, "'");
    const int64_t features = found->second->shape[0];
    const int64_t repeat = found->second->repeat;
    require(repeat == 1 || op.temperature == 0, "plan: expected no temperature, which takes the lengths of whole rows, ",
            "beside repeat=", repeat, " of ", op.weight, ", found '", op.line, "'");
    const ParameterSpec& weight = parameter(op, op.weight, {features, x.channels * repeat});
    const bool biased = !op.bias.empty();
    const bool held = biased && parameter(op, op.bias, {features}).frozen && weight.frozen;
    if (!op.nearest.empty()) check_nearest(op, features, x.channels, held);
    return {features, 1, 1, true};
  }

  void check_nearest(const Op& op, int64_t classes, int64_t width, bool held) const {
    require(held && op.to == static_cast<int>(plan_.ops.size()), "plan: expected frozen weight and bias, and no op ",
            "behind the nearest simplex in '", op.line, "'");
    require(1 < classes && classes <= width, "plan: expected at least 2 classes and as many numbers a feature for the ",
            "nearest simplex, found ", classes, " classes and ", width, " numbers in '", op.line, "'");
    for (const char* part : {".class_means", ".frame"}) buffer(op, op.nearest + part, {classes, width});
    const auto counter = buffers_.find(op.nearest + ".num_batches_tracked");
    require(counter != buffers_.end() && counter->second->counter, "plan: no line declares the counter '", op.nearest,
            ".num_batches_tracked', which is read in '", op.line, "'");
  }

  Shape output_of(const Op& op) {
    const Shape& x = read(op, 0);
    switch (op.kind) {
      case OpKind::conv2d:
        return convolution(op);
      case OpKind::batch_norm2d:
        check_norm(op, map_of(op));
        return x;
      case OpKind::relu:
        return x;
      case OpKind::add:
        for (size_t i = 1; i < op.from.size(); ++i) {
          require(read(op, i) == x, "plan: expected equal shapes to add, found ", words(x), " and ", words(read(op, i)),
                  " in '", op.line, "'");
        }
        return x;
      case OpKind::concat:
        return concatenation(op);
      case OpKind::max_pool2d:
      case OpKind::avg_pool2d:
        return pooled(op);
      case OpKind::adaptive_avg_pool2d:
        require_size(map_of(op).channels, op.size, op.size, op.line);
        return {map_of(op).channels, op.size, op.size, false};
      case OpKind::flatten:
        return {x.channels * x.height * x.width, 1, 1, true};
      case OpKind::normalise:
        require(x.flat, "plan: expected a vector to read, found ", words(x), " in '", op.line, "'");
        return x;
      case OpKind::linear:
        return linear(op);
    }
    refuse("plan: unknown op in '", op.line, "'");
  }

  void check_output() const {
    const Shape feature = {plan_.width, 1, 1, true}, logits = {plan_.classes, 1, 1, true};
    require(plan_.shapes[plan_.feature] == feature, "plan: the output expects ", words(feature), " as value ",
            plan_.feature, ", the features; found ", words(plan_.shapes[plan_.feature]));
    require(plan_.shapes[plan_.logits] == logits, "plan: the output expects ", words(logits), " as value ",
            plan_.logits, ", the logits; found ", words(plan_.shapes[plan_.logits]));
  }

  // What does not lead to the logits would have no gradient.
  void check_use() const {
    std::vector<bool> needed(plan_.shapes.size(), false);
    needed[plan_.logits] = true;
    for (auto op = plan_.ops.rbegin(); op != plan_.ops.rend(); ++op) {
      require(needed[op->to], "plan: nothing that leads to the logits reads value ", op->to, ": '", op->line, "'");
      for (const int value : op->from) needed[value] = true;
    }
    for (const auto& [name, spec] : parameters_) {
      require(read_.count(name) > 0, "plan: no op reads parameter '", name, "'");
    }
  }

  Plan& plan_;
  std::map<std::string, const ParameterSpec*> parameters_;
  std::map<std::string, const BufferSpec*> buffers_;
  std::set<std::string> read_;
};

}  // namespace

void infer_shapes(Plan& plan) {
  Inference(plan).run();
}

}  // namespace nc
