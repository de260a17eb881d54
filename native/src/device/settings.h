// Settings of libtorch that hold for the whole process, put in place for a training or a measurement on CUDA and
// restored after it. Libtorch runs on one thread (see engine_thread.h), so no other call sees them. On the CPU they
// mean nothing and are left alone.
#pragma once

#include <ATen/Context.h>

#include <cstdlib>

#include "errors.h"

namespace nc {

class CudaSettings {
 public:
  // PyTorch's own defaults: convolutions multiply in TF32, matrix products in full float32. cuDNN tries its algorithms
  // on each new shape and keeps the fastest, as shapes repeat; in deterministic mode it takes a deterministic one.
  static CudaSettings training(const at::Device& device) {
    return {device, true, !at::globalContext().deterministicAlgorithms()};
  }

  // Full float32, and algorithms chosen by rule: a measurement does not depend on what was fastest at that moment.
  static CudaSettings measuring(const at::Device& device) { return {device, false, false}; }

  CudaSettings(const CudaSettings&) = delete;
  CudaSettings& operator=(const CudaSettings&) = delete;
  ~CudaSettings() {
    if (applies_) set(before_);
  }

 private:
  struct Values {
    bool tf32_convolutions, tf32_products, benchmark;
  };

  CudaSettings(const at::Device& device, bool tf32_convolutions, bool benchmark) : applies_(device.is_cuda()) {
    if (!applies_) return;
    require_workspace();
    const at::Context& context = at::globalContext();
    before_ = {context.allowTF32CuDNN(), context.allowTF32CuBLAS(), context.benchmarkCuDNN()};
    set({tf32_convolutions, false, benchmark});
  }

  // Libtorch looks once, at its first matrix product, whether cuBLAS has a workspace that makes it deterministic (on an
  // H100 the default one is not), and this library cannot change the environment under other threads that read it.
  static void require_workspace() {
    if (!at::globalContext().deterministicAlgorithms()) return;
    const char* const found = std::getenv("CUBLAS_WORKSPACE_CONFIG");
    require(found != nullptr, "expected CUBLAS_WORKSPACE_CONFIG=:4096:8 in the environment, as deno task sets it, for ",
            "deterministic computation on CUDA, found no CUBLAS_WORKSPACE_CONFIG");
  }

  static void set(const Values& values) {
    at::Context& context = at::globalContext();
    context.setAllowTF32CuDNN(values.tf32_convolutions);
    context.setAllowTF32CuBLAS(values.tf32_products);
    context.setBenchmarkCuDNN(values.benchmark);
  }

  const bool applies_;
  Values before_{};
};

}  // namespace nc
