// NCCL's functions over memory of the CPU, between threads of one process: what device/nccl is tested with where there are no
// GPUs. Sums are there when a call returns, and `stream` must be null.
#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#define EXPORTED extern "C" __attribute__((visibility("default")))

struct ncclId {
  char bytes[128];
};

namespace {

enum { kFine = 0, kSystemError = 2, kInvalidArgument = 4 };

struct Group {
  std::mutex mutex;
  std::condition_variable changed;
  int count = 0, joined = 0, arrived = 0, left = 0;
  bool aborted = false;
  std::vector<double> sums;
};

std::mutex groups_mutex;
std::map<std::string, Group> groups;
int async_error = kFine;

}  // namespace

struct ncclComm {
  Group& group;
};

namespace {

template <typename T>
int sum(const T* from, T* to, size_t size, Group& group) {
  std::unique_lock lock(group.mutex);
  group.changed.wait(lock, [&] { return group.left == 0 || group.aborted; });
  group.sums.resize(size);
  for (size_t i = 0; i < size; ++i) group.sums[i] = (group.arrived == 0 ? 0 : group.sums[i]) + static_cast<double>(from[i]);
  ++group.arrived;
  group.changed.notify_all();
  group.changed.wait(lock, [&] { return group.arrived == group.count || group.left > 0 || group.aborted; });
  // Once all have come, one of them may be gone already.
  if (group.arrived < group.count && group.left == 0) return kSystemError;
  for (size_t i = 0; i < size; ++i) to[i] = static_cast<T>(group.sums[i]);
  if (++group.left == group.count) group.arrived = group.left = 0;
  group.changed.notify_all();
  return kFine;
}

}  // namespace

EXPORTED int ncclGetUniqueId(ncclId* id) {
  static int made = 0;
  std::memset(id->bytes, ++made, sizeof id->bytes);
  return kFine;
}

EXPORTED int ncclCommInitRank(ncclComm** communicator, int count, ncclId id, int) {
  std::unique_lock names(groups_mutex);
  Group& group = groups[std::string(id.bytes, sizeof id.bytes)];
  names.unlock();
  std::unique_lock lock(group.mutex);
  group.count = count;
  ++group.joined;
  group.changed.notify_all();
  group.changed.wait(lock, [&] { return group.joined == count; });
  *communicator = new ncclComm{group};
  return kFine;
}

EXPORTED int ncclAllReduce(const void* from, void* to, size_t count, int type, int operation, ncclComm* communicator,
                           void* stream) {
  if (operation != 0 || stream != nullptr || count == 0) return kInvalidArgument;
  if (type == 7) return sum(static_cast<const float*>(from), static_cast<float*>(to), count, communicator->group);
  if (type == 8) return sum(static_cast<const double*>(from), static_cast<double*>(to), count, communicator->group);
  return kInvalidArgument;
}

EXPORTED int ncclCommGetAsyncError(ncclComm*, int* error) {
  *error = async_error;
  return kFine;
}

EXPORTED int ncclCommAbort(ncclComm* communicator) {
  const std::lock_guard lock(communicator->group.mutex);
  communicator->group.aborted = true;
  communicator->group.changed.notify_all();
  return kFine;
}

EXPORTED const char* ncclGetErrorString(int error) {
  return error == kSystemError ? "unhandled system error" : "invalid argument";
}

// Not NCCL's: what ncclCommGetAsyncError tells from now on.
EXPORTED void stand_in_fails(int error) {
  async_error = error;
}
