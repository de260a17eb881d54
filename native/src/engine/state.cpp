#include "engine/state.h"

#include <sstream>

#include "errors.h"

namespace nc {
namespace {

const char* word_of(at::ScalarType type) {
  if (type == at::kLong) return "int64";
  return type == at::kDouble ? "float64" : "float32";
}

const char* word_of(StateEntry::Values values) {
  switch (values) {
    case StateEntry::Values::any:
      return "any";
    case StateEntry::Values::finite:
      return "finite";
    case StateEntry::Values::count:
      return "count";
  }
  refuse("state: unknown values ", static_cast<int>(values));
}

}  // namespace

std::string text_of(const std::vector<StateEntry>& entries) {
  std::ostringstream text;
  for (const StateEntry& entry : entries) {
    text << "entry name=" << entry.name << " type=" << word_of(entry.type) << " values=" << word_of(entry.values);
    for (size_t i = 0; i < entry.shape.size(); ++i) text << (i == 0 ? " shape=" : ",") << entry.shape[i];
    text << "\n";
  }
  return text.str();
}

void require_count(const std::string& name, const at::Tensor& value) {
  const int64_t count = value.item<int64_t>();
  require(0 <= count && count <= kMostSteps, name, ": expected a count from 0 to ", kMostSteps, ", found ", count);
}

void require_finite(const std::string& name, const at::Tensor& value) {
  require(value.isfinite().all().item<bool>(), name, ": expected finite numbers, found others");
}

}  // namespace nc
