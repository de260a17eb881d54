#include "arguments.h"

#include <cstring>
#include <limits>

namespace nc {

using at::Tensor;

at::Device device_in(const char* characters, uint64_t bytes) {
  const std::string text = text_of(characters, bytes);
  const bool cuda = text == "cuda" || text.rfind("cuda:", 0) == 0;
  require(cuda || text == "cpu", "expected device cpu, cuda or cuda:<index>, found '", text, "'");
  if (!cuda) return at::Device(at::kCPU);
  require(at::getNumGPUs() > 0, "device ", text, " was asked for, but this libtorch finds no CUDA device ",
          "(a CPU build, or no NVIDIA driver)");
  const at::Device device = text == "cuda" ? at::Device(at::kCUDA, 0) : at::Device(text);
  const int64_t devices = static_cast<int64_t>(at::getNumGPUs());
  require(device.index() < devices, "device ", text, " was asked for, found ", devices, " CUDA device(s)");
  return device;
}

at::ScalarType precision_in(int32_t precision) {
  if (precision == NC_FLOAT32) return at::kFloat;
  if (precision == NC_FLOAT64) return at::kDouble;
  refuse("expected precision ", NC_FLOAT32, " (float32) or ", NC_FLOAT64, " (float64), found ", precision);
}

std::string text_of(const char* characters, uint64_t bytes) {
  require(characters != nullptr || bytes == 0, "expected a text, found a null pointer");
  return std::string(characters, bytes);
}

int64_t size_of(uint64_t length, const char* what) {
  require(length <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()), what, ": expected at most 2⁶³ − 1, ",
          "found ", length);
  return static_cast<int64_t>(length);
}

void text_out(const std::string& source, char* text, uint64_t capacity, uint64_t* needed) {
  require(needed != nullptr && (text != nullptr || capacity == 0), "expected places for a text and for its size, found ",
          "a null pointer");
  *needed = source.size() + 1;
  if (*needed <= capacity) std::memcpy(text, source.c_str(), source.size() + 1);
}

void copy_out(const Tensor& tensor, void* data, uint64_t bytes, const std::string& what) {
  const uint64_t expected = tensor.nbytes();
  require((data != nullptr || expected == 0) && bytes == expected, what, ": expected a buffer of ", expected,
          " bytes, found ", data == nullptr ? 0 : bytes);
  if (expected == 0) return;
  at::from_blob(data, tensor.sizes(), tensor.options().device(at::kCPU)).copy_(tensor);
}

Tensor copy_in(at::IntArrayRef shape, at::ScalarType type, const void* data, uint64_t bytes, const std::string& what) {
  uint64_t expected = c10::elementSize(type);
  for (const int64_t size : shape) {
    require(size >= 0 && !__builtin_mul_overflow(expected, static_cast<uint64_t>(size), &expected), what,
            ": expected a shape whose size can be counted, found ", shape);
  }
  require((data != nullptr || expected == 0) && bytes == expected, what, ": expected ", expected, " bytes, found ",
          data == nullptr ? 0 : bytes);
  Tensor tensor = at::empty(shape, type);
  if (bytes > 0) std::memcpy(tensor.data_ptr(), data, bytes);
  return tensor;
}

Tensor labels_in(const int32_t* labels, uint64_t count, int32_t classes) {
  require(labels != nullptr && count > 0, "expected at least one label, found none");
  const int64_t entries = size_of(count, "labels");
  for (int64_t i = 0; i < entries; ++i) {
    require(0 <= labels[i] && labels[i] < classes, "label ", i, ": expected 0 to ", classes - 1, ", found ", labels[i]);
  }
  return copy_in({entries}, at::kInt, labels, count * sizeof(int32_t), "labels").to(at::kLong);
}

}  // namespace nc
