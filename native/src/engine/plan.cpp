#include "engine/plan.h"

#include <limits>
#include <map>

#include "errors.h"
#include "engine/text.h"
#include "engine/shapes.h"

namespace nc {
namespace {

// Entries of a tensor, along one dimension, and steps of a kernel: as much as an int holds, in which libtorch counts.
constexpr int64_t kMost = std::numeric_limits<int32_t>::max();

ParameterSpec parse_parameter(Line& line) {
  ParameterSpec spec{};
  spec.name = line.take("name");
  spec.shape = line.take_integers("shape", 1, kMost);
  const std::string init = line.take("init");
  if (init == "constant") {
    spec.init = ParameterSpec::Init::constant;
  } else if (init == "normal") {
    spec.init = ParameterSpec::Init::normal;
  } else if (init == "uniform") {
    spec.init = ParameterSpec::Init::uniform;
  } else if (init == "etf") {
    spec.init = ParameterSpec::Init::etf;
    require(spec.shape.size() == 2 && spec.shape[0] > 1 && spec.shape[1] >= spec.shape[0] - 1, "plan: expected at ",
            "least 2 rows for a simplex ETF, and at least one column less than rows, in '", line.text(), "'");
  } else {
    refuse("plan: expected init constant, normal, uniform or etf, found '", init, "' in '", line.text(), "'");
  }
  spec.value = line.take_number("value");
  require(spec.init == ParameterSpec::Init::constant || spec.value >= 0, "plan: expected a spread of at least 0 in '",
          line.text(), "', found ", spec.value);
  spec.has_taps = line.has("taps");
  if (spec.has_taps) {
    const auto taps = line.take_exactly("taps", 4, 0, kMost);
    spec.taps = {taps[0], taps[1], taps[2], taps[3]};
    require(spec.shape.size() == 4 && taps[0] < taps[1] && taps[1] <= spec.shape[2] && taps[2] < taps[3] &&
                taps[3] <= spec.shape[3],
            "plan: the taps do not fit the shape in '", line.text(), "'");
  }
  spec.frozen = line.has("frozen") && line.take_flag("frozen");
  require(!spec.frozen || spec.shape.size() <= 2, "plan: expected a matrix or a vector to be frozen, found '",
          line.text(), "'");
  spec.repeat = line.has("repeat") ? line.take_integer("repeat", 2, kMost) : 1;
  require(spec.repeat == 1 || (spec.shape.size() == 2 && spec.shape[1] % spec.repeat == 0 && !spec.frozen),
          "plan: expected a matrix that is trained, with columns in a multiple of the ", spec.repeat,
          " that read one input, found '", line.text(), "'");
  return spec;
}

BufferSpec parse_buffer(Line& line) {
  BufferSpec spec{};
  spec.name = line.take("name");
  spec.counter = !line.has("shape");
  if (!spec.counter) {
    spec.shape = line.take_integers("shape", 1, kMost);
    spec.value = line.take_number("value");
  }
  return spec;
}

const std::map<std::string, ConvForm> kForms = {{"direct", ConvForm::direct},
                                                {"matmul", ConvForm::matmul},
                                                {"positions", ConvForm::positions},
                                                {"winograd", ConvForm::winograd},
                                                {"karatsuba", ConvForm::karatsuba}};

const std::map<std::string, OpKind> kKinds = {{"conv2d", OpKind::conv2d},
                                              {"batch_norm2d", OpKind::batch_norm2d},
                                              {"relu", OpKind::relu},
                                              {"add", OpKind::add},
                                              {"concat", OpKind::concat},
                                              {"max_pool2d", OpKind::max_pool2d},
                                              {"avg_pool2d", OpKind::avg_pool2d},
                                              {"adaptive_avg_pool2d", OpKind::adaptive_avg_pool2d},
                                              {"flatten", OpKind::flatten},
                                              {"normalise", OpKind::normalise},
                                              {"linear", OpKind::linear}};

void parse_norm(Line& line, Op& op) {
  op.norm = line.take("norm");
  op.eps = line.take_number("eps");
  op.momentum = line.take_number("momentum");
  require(op.eps > 0, "plan: expected an eps above 0 in '", line.text(), "', found ", op.eps);
  require(0 <= op.momentum && op.momentum <= 1, "plan: expected a momentum from 0 to 1 in '", line.text(), "', found ",
          op.momentum);
}

Op parse_op(Line& line, int known_values) {
  Op op{};
  op.line = line.text();
  op.kind = line.one_of(kKinds, line.word(), "one op");
  op.to = static_cast<int>(line.take_integer("to", known_values, known_values));
  for (const int64_t value : line.take_integers("from", 0, known_values - 1)) {
    op.from.push_back(static_cast<int>(value));
  }
  size_t least_inputs = 1;
  size_t most_inputs = 1;
  switch (op.kind) {
    case OpKind::conv2d: {
      op.weight = line.take("weight");
      op.stride = line.take_integer("stride", 1, kMost);
      const auto padding = line.take_exactly("padding", 4, 0, kMost);
      std::copy(padding.begin(), padding.end(), op.padding.begin());
      op.form = line.one_of(kForms, line.take("form"), "one form");
      if (line.has("bias")) op.bias = line.take("bias");
      if (line.has("norm")) {
        parse_norm(line, op);
        op.relu = line.take_flag("relu");
        most_inputs = 2;
      }
      break;
    }
    case OpKind::batch_norm2d:
      parse_norm(line, op);
      if (line.has("relu")) op.relu = line.take_flag("relu");
      break;
    case OpKind::add:
      least_inputs = 2;
      most_inputs = op.from.size();
      break;
    case OpKind::concat:
      most_inputs = op.from.size();
      break;
    case OpKind::max_pool2d:
    case OpKind::avg_pool2d:
      op.kernel = line.take_integer("kernel", 1, kMost);
      op.stride = line.take_integer("stride", 1, kMost);
      op.padding.fill(line.take_integer("padding", 0, kMost));
      break;
    case OpKind::linear:
      op.weight = line.take("weight");
      if (line.has("bias")) op.bias = line.take("bias");
      if (line.has("temperature")) {
        op.temperature = line.take_number("temperature");
        require(op.temperature > 0, "plan: expected a temperature above 0 in '", line.text(), "', found ",
                op.temperature);
      }
      if (line.has("nearest")) op.nearest = line.take("nearest");
      break;
    case OpKind::adaptive_avg_pool2d:
      if (line.has("size")) op.size = line.take_integer("size", 1, kMost);
      break;
    case OpKind::relu:
    case OpKind::flatten:
    case OpKind::normalise:
      break;
  }
  require(least_inputs <= op.from.size() && op.from.size() <= most_inputs, "plan: ", line.word(), " cannot read ",
          op.from.size(), " value(s): '", line.text(), "'");
  return op;
}

void parse_input(Line& line, Plan& plan) {
  require(plan.shapes.empty(), "plan: expected one input, found another: '", line.text(), "'");
  const auto shape = line.take_exactly("shape", 3, 1, kMost);
  std::copy(shape.begin(), shape.end(), plan.input.begin());
  plan.shapes.push_back({shape[0], shape[1], shape[2], false});
}

void parse_output(Line& line, Plan& plan) {
  const int64_t last = static_cast<int64_t>(plan.ops.size());
  require(last > 0, "plan: expected ops before '", line.text(), "', found none");
  plan.feature = static_cast<int>(line.take_integer("feature", 0, last));
  plan.logits = static_cast<int>(line.take_integer("logits", 0, last));
  plan.width = line.take_integer("width", 1, kMost);
  plan.classes = line.take_integer("classes", 1, kMost);
}

// A value may be freed after the last op that reads it, unless it is asked for.
void mark_last_uses(Plan& plan) {
  std::vector<bool> seen(plan.shapes.size(), false);
  for (auto op = plan.ops.rbegin(); op != plan.ops.rend(); ++op) {
    for (const int value : op->from) {
      if (!seen[value]) op->last_use.push_back(value);
      seen[value] = true;
    }
  }
}

}  // namespace

Plan parse_plan(std::string_view text) {
  Plan plan;
  bool has_output = false;
  for (Line& line : lines_of("plan", text)) {
    require(!has_output, "plan: a line after the output: '", line.text(), "'");
    require(line.word() == "input" || !plan.shapes.empty(), "plan: expected the input first, found '", line.text(),
            "'");
    if (line.word() == "input") {
      parse_input(line, plan);
    } else if (line.word() == "parameter") {
      plan.parameters.push_back(parse_parameter(line));
      plan.entries.push_back(plan.parameters.back().name);
    } else if (line.word() == "buffer") {
      plan.buffers.push_back(parse_buffer(line));
      plan.entries.push_back(plan.buffers.back().name);
    } else if (line.word() == "output") {
      parse_output(line, plan);
      has_output = true;
    } else {
      plan.ops.push_back(parse_op(line, static_cast<int>(plan.ops.size()) + 1));
    }
    line.done();
  }
  require(has_output, "plan: expected an output line at the end, found none");
  infer_shapes(plan);
  mark_last_uses(plan);
  return plan;
}

}  // namespace nc
