// What callers give and take at the border: texts, lengths, arrays, devices, each checked before it is used.
#pragma once

#include <ATen/ATen.h>

#include <string>

#include "errors.h"
#include "nc.h"

namespace nc {

// The caller's text.
std::string text_of(const char* characters, uint64_t bytes);

// "cpu", "cuda" or "cuda:1", checked against what this machine has.
at::Device device_in(const char* characters, uint64_t bytes);

// Of parameters and features: NC_FLOAT32 or NC_FLOAT64.
at::ScalarType precision_in(int32_t precision);

// A length of the caller's as libtorch counts.
int64_t size_of(uint64_t length, const char* what);

// The caller's labels, 0 to classes − 1, as int64 on the CPU.
at::Tensor labels_in(const int32_t* labels, uint64_t count, int32_t classes);

// The caller's array of N entries.
template <typename T, size_t N>
T* room_for(T* data, uint64_t bytes, const char* what) {
  require(data != nullptr && bytes == N * sizeof(T), what, ": expected a buffer of ", N * sizeof(T), " bytes, found ",
          data == nullptr ? 0 : bytes);
  return data;
}

// Copies a text and its closing NUL where there is room for both; `needed` is how much they take.
void text_out(const std::string& source, char* text, uint64_t capacity, uint64_t* needed);

// Copies a tensor's values, row-major, to and from the caller's memory, whose size must be exact; `what` names it in
// errors. Nothing is allocated or copied before that is known.
void copy_out(const at::Tensor& tensor, void* data, uint64_t bytes, const std::string& what);
at::Tensor copy_in(at::IntArrayRef shape, at::ScalarType type, const void* data, uint64_t bytes,
                   const std::string& what);

}  // namespace nc
