#include "plan.h"

#include <charconv>
#include <map>
#include <sstream>

#include "guard.h"

namespace nc {
namespace {

double to_double(const std::string& text) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  require(failure == std::errc() && end == text.data() + text.size(), "plan: expected a number, found '", text, "'");
  return number;
}

int64_t to_integer(const std::string& text) {
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  require(failure == std::errc() && end == text.data() + text.size(), "plan: expected an integer, found '", text, "'");
  return number;
}

std::vector<int64_t> to_integers(const std::string& text) {
  std::vector<int64_t> numbers;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) numbers.push_back(to_integer(part));
  return numbers;
}

// One line. Each field must be taken exactly once: a field nobody knows is an error, not a silent default.
class Line {
 public:
  explicit Line(const std::string& text) : text_(text) {
    std::istringstream words(text);
    words >> word_;
    for (std::string field; words >> field;) {
      const auto equals = field.find('=');
      require(equals != std::string::npos, "plan: expected key=value, found '", field, "' in '", text, "'");
      fields_[field.substr(0, equals)] = field.substr(equals + 1);
    }
  }

  const std::string& word() const { return word_; }
  bool has(const std::string& key) const { return fields_.count(key) > 0; }

  std::string take(const std::string& key) {
    const auto found = fields_.find(key);
    require(found != fields_.end(), "plan: '", key, "=' is missing in '", text_, "'");
    std::string value = found->second;
    fields_.erase(found);
    return value;
  }

  std::vector<int64_t> take_exactly(const std::string& key, size_t count) {
    auto numbers = to_integers(take(key));
    require(numbers.size() == count, "plan: expected ", count, " numbers for '", key, "' in '", text_, "', found ",
            numbers.size());
    return numbers;
  }

  void done() const {
    require(fields_.empty(), "plan: unknown field '", fields_.empty() ? "" : fields_.begin()->first, "' in '", text_,
            "'");
  }

 private:
  std::string text_;
  std::string word_;
  std::map<std::string, std::string> fields_;
};

ParameterSpec parse_parameter(Line& line) {
  ParameterSpec spec{};
  spec.name = line.take("name");
  spec.shape = to_integers(line.take("shape"));
  const std::string init = line.take("init");
  if (init == "constant") {
    spec.init = ParameterSpec::Init::constant;
  } else if (init == "normal") {
    spec.init = ParameterSpec::Init::normal;
  } else if (init == "uniform") {
    spec.init = ParameterSpec::Init::uniform;
  } else {
    refuse("plan: expected init constant, normal or uniform, found '", init, "'");
  }
  spec.value = to_double(line.take("value"));
  spec.has_taps = line.has("taps");
  if (spec.has_taps) {
    const auto taps = line.take_exactly("taps", 4);
    spec.taps = {taps[0], taps[1], taps[2], taps[3]};
    require(spec.shape.size() == 4 && 0 <= taps[0] && taps[0] < taps[1] && taps[1] <= spec.shape[2] && 0 <= taps[2] &&
                taps[2] < taps[3] && taps[3] <= spec.shape[3],
            "plan: the taps of ", spec.name, " do not fit its shape");
  }
  return spec;
}

BufferSpec parse_buffer(Line& line) {
  BufferSpec spec{};
  spec.name = line.take("name");
  spec.counter = !line.has("shape");
  if (!spec.counter) {
    spec.shape = to_integers(line.take("shape"));
    spec.value = to_double(line.take("value"));
  }
  return spec;
}

ConvForm parse_form(const std::string& text) {
  if (text == "direct") return ConvForm::direct;
  if (text == "matmul") return ConvForm::matmul;
  if (text == "positions") return ConvForm::positions;
  if (text == "winograd") return ConvForm::winograd;
  if (text == "karatsuba") return ConvForm::karatsuba;
  refuse("plan: expected form direct, matmul, positions, winograd or karatsuba, found '", text, "'");
}

OpKind parse_kind(const std::string& word) {
  static const std::map<std::string, OpKind> kinds = {
      {"conv2d", OpKind::conv2d},   {"batch_norm2d", OpKind::batch_norm2d},
      {"relu", OpKind::relu},       {"add", OpKind::add},
      {"concat", OpKind::concat},   {"max_pool2d", OpKind::max_pool2d},
      {"flatten", OpKind::flatten}, {"adaptive_avg_pool2d", OpKind::adaptive_avg_pool2d},
      {"linear", OpKind::linear},
  };
  const auto found = kinds.find(word);
  require(found != kinds.end(), "plan: unknown op '", word, "'");
  return found->second;
}

void parse_norm(Line& line, Op& op) {
  op.norm = line.take("norm");
  op.eps = to_double(line.take("eps"));
  op.momentum = to_double(line.take("momentum"));
}

Op parse_op(Line& line, int known_values) {
  Op op{};
  op.kind = parse_kind(line.word());
  op.to = static_cast<int>(to_integer(line.take("to")));
  require(op.to == known_values, "plan: expected value ", known_values, " to be written next, found ", op.to);
  for (const int64_t value : to_integers(line.take("from"))) {
    require(0 <= value && value < known_values, "plan: value ", op.to, " reads value ", value,
            ", which is not written before it");
    op.from.push_back(static_cast<int>(value));
  }
  size_t least_inputs = 1;
  size_t most_inputs = 1;
  switch (op.kind) {
    case OpKind::conv2d: {
      op.weight = line.take("weight");
      op.stride = to_integer(line.take("stride"));
      const auto padding = line.take_exactly("padding", 4);
      std::copy(padding.begin(), padding.end(), op.padding.begin());
      op.form = parse_form(line.take("form"));
      if (line.has("norm")) {
        parse_norm(line, op);
        op.relu = to_integer(line.take("relu")) != 0;
        most_inputs = 2;
      }
      break;
    }
    case OpKind::batch_norm2d:
      parse_norm(line, op);
      break;
    case OpKind::add:
      least_inputs = most_inputs = 2;
      break;
    case OpKind::concat:
      most_inputs = op.from.size();
      break;
    case OpKind::max_pool2d: {
      op.kernel = to_integer(line.take("kernel"));
      op.stride = to_integer(line.take("stride"));
      op.padding.fill(to_integer(line.take("padding")));
      break;
    }
    case OpKind::linear:
      op.weight = line.take("weight");
      op.bias = line.take("bias");
      break;
    case OpKind::relu:
    case OpKind::adaptive_avg_pool2d:
    case OpKind::flatten:
      break;
  }
  require(least_inputs <= op.from.size() && op.from.size() <= most_inputs, "plan: ", line.word(), " cannot read ",
          op.from.size(), " values");
  return op;
}

void parse_output(Line& line, Plan& plan) {
  plan.feature = static_cast<int>(to_integer(line.take("feature")));
  plan.logits = static_cast<int>(to_integer(line.take("logits")));
  plan.width = to_integer(line.take("width"));
  plan.classes = to_integer(line.take("classes"));
  require(0 <= plan.feature && plan.feature < plan.values && 0 <= plan.logits && plan.logits < plan.values,
          "plan: the output names a value that no op writes");
  require(plan.width > 0 && plan.classes > 0, "plan: expected a positive width and number of classes");
}

// A value may be freed after the last op that reads it; the features and logits stay to the end.
void mark_last_uses(Plan& plan) {
  std::vector<bool> seen(plan.values, false);
  seen[plan.feature] = seen[plan.logits] = true;
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
  std::istringstream lines{std::string(text)};
  for (std::string row; std::getline(lines, row);) {
    if (row.empty()) continue;
    require(!has_output, "plan: a line after the output: '", row, "'");
    Line line(row);
    if (line.word() == "input") {
      const auto shape = line.take_exactly("shape", 3);
      std::copy(shape.begin(), shape.end(), plan.input.begin());
      plan.values = 1;
    } else if (line.word() == "parameter") {
      plan.parameters.push_back(parse_parameter(line));
    } else if (line.word() == "buffer") {
      plan.buffers.push_back(parse_buffer(line));
    } else if (line.word() == "output") {
      parse_output(line, plan);
      has_output = true;
    } else {
      plan.ops.push_back(parse_op(line, plan.values));
      ++plan.values;
    }
    line.done();
  }
  require(has_output, "plan: expected an output line at the end, found none");
  mark_last_uses(plan);
  return plan;
}

}  // namespace nc
