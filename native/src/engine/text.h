// The text of a plan: a line is a word and key=value pairs. Numbers are read whole or refused.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nc {

// One line. Each field is given once and taken once: a field nobody knows is an error, not a silent default.
class Line {
 public:
  explicit Line(const std::string& text);

  const std::string& text() const { return text_; }
  const std::string& word() const { return word_; }
  bool has(const std::string& key) const { return fields_.count(key) > 0; }

  std::string take(const std::string& key);
  // An integer from `least` to `most`.
  int64_t take_integer(const std::string& key, int64_t least, int64_t most);
  // A number that float32 holds.
  double take_number(const std::string& key);
  // Integers with commas between them, each from `least` to `most`; one or more.
  std::vector<int64_t> take_integers(const std::string& key, int64_t least, int64_t most);
  std::vector<int64_t> take_exactly(const std::string& key, size_t count, int64_t least, int64_t most);

  // Throws unless every field was taken.
  void done() const;

 private:
  std::string text_;
  std::string word_;
  std::map<std::string, std::string> fields_;
};

}  // namespace nc
