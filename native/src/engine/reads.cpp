#include "engine/reads.h"

namespace nc {
namespace {

const std::map<std::string, Read::Form> kForms = {{"flattened", Read::Form::flattened}, {"pooled", Read::Form::pooled}};

Read parse_read(Line& line, const Plan& plan) {
  const std::map<std::string, int> named = {{"feature", plan.feature}, {"logits", plan.logits}};
  Read read{};
  if (line.has("value") && named.count(line.peek("value")) > 0) {
    read.value = named.at(line.take("value"));
  } else {
    read.value = static_cast<int>(line.take_integer("value", 0, static_cast<int64_t>(plan.ops.size())));
  }
  read.form = line.one_of(kForms, line.take("form"), "one form");
  return read;
}

}  // namespace

Reads parse_reads(std::string_view text, const Plan& plan) {
  Reads reads;
  for (Line& line : lines_of("reads", text)) {
    if (line.word() == "loss") {
      require(!reads.loss, "reads: expected one loss, found another: '", line.text(), "'");
      reads.loss = parse_loss(line);
    } else if (line.word() == "read") {
      reads.values.push_back(parse_read(line, plan));
    } else {
      refuse("reads: expected one word of loss, read, found '", line.word(), "' in '", line.text(), "'");
    }
    line.done();
  }
  require(static_cast<bool>(reads.loss), "reads: expected a line that begins with 'loss', found none");
  require(!reads.values.empty(), "reads: expected a line that begins with 'read', found none");
  return reads;
}

int64_t width_of(const Read& read, const Plan& plan) {
  const Shape& shape = plan.shapes[read.value];
  return read.form == Read::Form::pooled ? shape.channels : shape.channels * shape.height * shape.width;
}

at::Tensor formed(const at::Tensor& value, Read::Form form) {
  if (value.dim() == 2) return value;
  return form == Read::Form::pooled ? value.mean({2, 3}) : value.flatten(1);
}

}  // namespace nc
