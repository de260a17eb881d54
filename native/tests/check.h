// What native's own tests share: random numbers, comparison with a plain computation, and the list of tests.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace nc::test {

// Registers a test; all of them run in main.cpp, for one instruction set a process.
struct Test {
  Test(const char* name, void (*run)());
};

// Compares, counts, and says what differs. `where` names the shape.
void expect(bool holds, const std::string& where);

// Numbers from −1 to 1, the same in every process.
double random_number();

template <typename T>
std::vector<T> random_numbers(int64_t count) {
  std::vector<T> numbers(count);
  for (T& number : numbers) number = static_cast<T>(random_number());
  return numbers;
}

// Puts what is hostile among the numbers: infinities, NaN, the smallest and the largest, −0.
template <typename T>
void spoil(std::vector<T>& numbers) {
  using Limits = std::numeric_limits<T>;
  const T hostile[] = {Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(), Limits::denorm_min(),
                       -Limits::min() / 2, Limits::max() / 4,   T(-0.0)};
  size_t i = 0;
  for (const T value : hostile) {
    numbers[i % numbers.size()] = value;
    i += 1 + numbers.size() / 7;
  }
}

// Whether `found` is `expected` up to `rounding` roundings of a sum of magnitude `scale`; NaN and infinities alike.
template <typename T>
bool is_close(T found, double expected, double scale, double rounding) {
  if (std::isnan(expected)) return std::isnan(found);
  if (std::isinf(expected)) return found == static_cast<T>(expected);
  const double unit = std::numeric_limits<T>::epsilon() / 2;
  return std::abs(static_cast<double>(found) - expected) <=
         rounding * (unit * scale + static_cast<double>(std::numeric_limits<T>::denorm_min()));
}

}  // namespace nc::test
