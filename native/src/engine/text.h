// The texts that native reads: a line is a word and key=value pairs. Numbers are read whole or refused.
#pragma once

#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "errors.h"

namespace nc {

// One line. Each field is given once and taken once: a field nobody knows is an error, not a silent default.
class Line {
 public:
  // `what` the text is, for messages: "plan", "trainer", "reads".
  Line(const char* what, const std::string& text);

  const std::string& text() const { return text_; }
  const std::string& word() const { return word_; }
  bool has(const std::string& key) const { return fields_.count(key) > 0; }

  std::string take(const std::string& key);
  // The same, left where it is.
  const std::string& peek(const std::string& key) const { return fields_.at(key); }
  // An integer from `least` to `most`.
  int64_t take_integer(const std::string& key, int64_t least, int64_t most);
  // A number that float32 holds.
  double take_number(const std::string& key);
  // A number from `least` to `most`, float32 or not.
  double take_number(const std::string& key, double least, double most);
  // 0 or 1.
  bool take_flag(const std::string& key) { return take_integer(key, 0, 1) != 0; }
  // Integers with commas between them, each from `least` to `most`; one or more.
  std::vector<int64_t> take_integers(const std::string& key, int64_t least, int64_t most);
  std::vector<int64_t> take_exactly(const std::string& key, size_t count, int64_t least, int64_t most);

  // The value that `names` has for `name`; `which` says what is named, e.g. "one form".
  template <typename Value>
  const Value& one_of(const std::map<std::string, Value>& names, const std::string& name, const char* which) const {
    const auto found = names.find(name);
    if (found != names.end()) return found->second;
    std::ostringstream known;
    for (const auto& [each, value] : names) known << (known.tellp() > 0 ? ", " : "") << each;
    refuse(what_, ": expected ", which, " of ", known.str(), ", found '", name, "' in '", text_, "'");
  }

  // Throws unless every field was taken.
  void done() const;

 private:
  const char* what_;
  std::string text_;
  std::string word_;
  std::map<std::string, std::string> fields_;
};

// The lines of a text in order, empty ones left out.
std::vector<Line> lines_of(const char* what, std::string_view text);

}  // namespace nc
