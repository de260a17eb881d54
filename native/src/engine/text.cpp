#include "engine/text.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace nc {
namespace {

template <typename Number>
bool read_whole(const std::string& text, Number& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size();
}

}  // namespace

Line::Line(const char* what, const std::string& text) : what_(what), text_(text) {
  std::istringstream words(text);
  words >> word_;
  for (std::string field; words >> field;) {
    const auto equals = field.find('=');
    require(equals != std::string::npos, what_, ": expected key=value, found '", field, "' in '", text_, "'");
    const bool fresh = fields_.emplace(field.substr(0, equals), field.substr(equals + 1)).second;
    require(fresh, what_, ": expected '", field.substr(0, equals), "=' once, found it again in '", text_, "'");
  }
}

std::string Line::take(const std::string& key) {
  const auto found = fields_.find(key);
  require(found != fields_.end(), what_, ": '", key, "=' is missing in '", text_, "'");
  std::string value = found->second;
  fields_.erase(found);
  return value;
}

int64_t Line::take_integer(const std::string& key, int64_t least, int64_t most) {
  return take_exactly(key, 1, least, most)[0];
}

double Line::take_number(const std::string& key) {
  const std::string text = take(key);
  double number = 0;
  const bool fits = read_whole(text, number) && std::abs(number) <= std::numeric_limits<float>::max();
  require(fits, what_, ": expected a number that float32 holds for '", key, "', found '", text, "' in '", text_, "'");
  return number;
}

double Line::take_number(const std::string& key, double least, double most) {
  const std::string text = take(key);
  double number = 0;
  require(read_whole(text, number) && least <= number && number <= most, what_, ": expected a number from ", least,
          " to ", most, " for '", key, "', found '", text, "' in '", text_, "'");
  return number;
}

std::vector<int64_t> Line::take_integers(const std::string& key, int64_t least, int64_t most) {
  const std::string text = take(key);
  std::vector<int64_t> numbers;
  for (size_t start = 0; start <= text.size();) {
    const size_t comma = std::min(text.find(',', start), text.size());
    int64_t number = 0;
    require(read_whole(text.substr(start, comma - start), number) && least <= number && number <= most,
            what_, ": expected integers from ", least, " to ", most, " for '", key, "', found '", text, "' in '", text_,
            "'");
    numbers.push_back(number);
    start = comma + 1;
  }
  return numbers;
}

std::vector<int64_t> Line::take_exactly(const std::string& key, size_t count, int64_t least, int64_t most) {
  auto numbers = take_integers(key, least, most);
  require(numbers.size() == count, what_, ": expected ", count, " number(s) for '", key, "', found ", numbers.size(),
          " in '", text_, "'");
  return numbers;
}

void Line::done() const {
  require(fields_.empty(), what_, ": unknown field '", fields_.empty() ? "" : fields_.begin()->first, "' in '", text_,
          "'");
}

std::vector<Line> lines_of(const char* what, std::string_view text) {
  std::vector<Line> lines;
  std::istringstream rows{std::string(text)};
  for (std::string row; std::getline(rows, row);) {
    if (!row.empty()) lines.emplace_back(what, row);
  }
  return lines;
}

}  // namespace nc
