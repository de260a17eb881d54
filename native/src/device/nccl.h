// Sums over processes of what lies on their GPUs, one a process: NCCL's C API, looked up where it is needed. Libtorch's CUDA
// wheels bring it; neither its headers nor CUDA's are needed to build.
#pragma once

#include <c10/core/ScalarType.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

namespace nc {

// The functions that are called, as nccl.h declares them since version 2.4; they return 0 or the number of an error. A
// stream is a cudaStream_t.
struct NcclApi {
  struct Id {
    char bytes[128];
  };
  using Communicator = struct ncclComm*;

  int (*get_unique_id)(Id*);
  int (*comm_init_rank)(Communicator*, int count, Id, int rank);
  int (*all_reduce)(const void* from, void* to, size_t count, int type, int operation, Communicator, void* stream);
  int (*comm_get_async_error)(Communicator, int* error);
  int (*comm_abort)(Communicator);
  const char* (*get_error_string)(int error);

  // Throws where there is no such library, or one without these functions.
  static NcclApi open(const std::string& library = "libnccl.so.2");

  // What the processes of a communicator know each other by: one makes it, all get it.
  Id new_id() const;
  // Throws what `error` means, unless it is 0.
  void check(int error, const char* what) const;
};

// A process's part of a communicator.
class Nccl {
 public:
  // Waits for the others. The current CUDA device is this process's alone.
  Nccl(const NcclApi& api, const NcclApi::Id& id, int64_t rank, int64_t count);
  ~Nccl() { abort(""); }
  Nccl(const Nccl&) = delete;
  Nccl& operator=(const Nccl&) = delete;

  // Gives `stream` the sum of `count` values, float32 or float64, over all processes, in place.
  void sum(void* values, int64_t count, c10::ScalarType type, void* stream);
  // Ends what the device is at and waits for others with, from any thread; from now on all throws `reason`.
  void abort(const std::string& reason);
  // Throws where it was aborted, or where NCCL found an error meanwhile.
  void require_whole();

 private:
  using Communicator = NcclApi::Communicator;

  // Under the lock.
  Communicator whole();

  const NcclApi api_;
  std::mutex mutex_;
  // Null once it was aborted.
  Communicator communicator_ = nullptr;
  // Sums that are being given to the device.
  int summing_ = 0;
  std::condition_variable idle_;
  std::string reason_;
};

}  // namespace nc
