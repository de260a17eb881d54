// How code of this library says that it was given what it cannot take.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace nc {

// The caller gave something the function cannot take. The message says what was expected and what was found.
struct ArgumentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <typename... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  throw ArgumentError(text.str());
}

template <typename... Parts>
void require(bool condition, const Parts&... parts) {
  if (!condition) refuse(parts...);
}

}  // namespace nc
