#include "device/nccl.h"

#include <dlfcn.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "errors.h"

namespace nc {
namespace {

// Of nccl.h's enumerations.
constexpr int kFloat32 = 7, kFloat64 = 8, kSum = 0;
// How long abort() waits for a sum that is being handed to the device.
constexpr std::chrono::seconds kGiving(2);

template <typename Function>
void look_up(void* library, const std::string& file, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  require(function != nullptr, "expected ", name, " in ", file, ", by which GPUs sum, found none; NCCL 2.4 or newer has it");
}

}  // namespace

NcclApi NcclApi::open(const std::string& file) {
  // It stays loaded, as threads of its own may run on.
  void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* const reason = dlerror();
    refuse("expected NCCL, by which the GPUs of several ranks sum, found none (", reason == nullptr ? file : reason, ")");
  }
  NcclApi api;
  look_up(library, file, "ncclGetUniqueId", api.get_unique_id);
  look_up(library, file, "ncclCommInitRank", api.comm_init_rank);
  look_up(library, file, "ncclAllReduce", api.all_reduce);
  look_up(library, file, "ncclCommGetAsyncError", api.comm_get_async_error);
  look_up(library, file, "ncclCommAbort", api.comm_abort);
  look_up(library, file, "ncclGetErrorString", api.get_error_string);
  return api;
}

NcclApi::Id NcclApi::new_id() const {
  Id id;
  check(get_unique_id(&id), "make an id for the ranks");
  return id;
}

void NcclApi::check(int error, const char* what) const {
  if (error == 0) return;
  std::ostringstream text;
  text << "NCCL could not " << what << " (" << get_error_string(error)
       << "); each rank needs a GPU of its own, and NCCL_DEBUG=WARN in the environment makes NCCL say more";
  throw std::runtime_error(text.str());
}

Nccl::Nccl(const NcclApi& api, const NcclApi::Id& id, int64_t rank, int64_t count) : api_(api) {
  api_.check(api_.comm_init_rank(&communicator_, static_cast<int>(count), id, static_cast<int>(rank)),
             "bring the ranks together");
}

void Nccl::sum(void* values, int64_t count, c10::ScalarType type, void* stream) {
  require(type == c10::kFloat || type == c10::kDouble, "expected float32 or float64 to sum, found ", c10::toString(type));
  Communicator communicator = nullptr;
  {
    const std::lock_guard lock(mutex_);
    communicator = whole();
    ++summing_;
  }
  // Not under the lock: a device that waits for a process which has ended takes no more work after some, and this waits
  // with it until abort() frees it from another thread.
  const int error = api_.all_reduce(values, values, static_cast<size_t>(count), type == c10::kFloat ? kFloat32 : kFloat64,
                                    kSum, communicator, stream);
  {
    const std::lock_guard lock(mutex_);
    --summing_;
  }
  idle_.notify_all();
  if (error == 0) return;
  require_whole();
  api_.check(error, "sum over the ranks");
}

void Nccl::abort(const std::string& reason) {
  std::unique_lock lock(mutex_);
  if (communicator_ == nullptr) return;
  const Communicator ended = std::exchange(communicator_, nullptr);
  reason_ = reason;
  // A sum that is just given to the device still holds it; one that waits with the device is freed by nothing but this.
  idle_.wait_for(lock, kGiving, [this] { return summing_ == 0; });
  // It fails where the device does, of which its user hears soon enough.
  static_cast<void>(api_.comm_abort(ended));
}

void Nccl::require_whole() {
  const std::lock_guard lock(mutex_);
  whole();
}

NcclApi::Communicator Nccl::whole() {
  if (communicator_ == nullptr) throw std::runtime_error(reason_);
  int error = 0;
  api_.check(api_.comm_get_async_error(communicator_, &error), "say how the ranks are");
  api_.check(error, "go on");
  return communicator_;
}

}  // namespace nc
