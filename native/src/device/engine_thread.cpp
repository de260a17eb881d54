#include "device/engine_thread.h"

#include <ATen/core/grad_mode.h>

#include <dlfcn.h>

#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "device/capability.h"

namespace nc {
namespace {

// The thread's code must stay when the last user of this library closes it, as must that of OpenMP's and libtorch's own
// threads: RTLD_NODELETE holds for all that this library needs, too.
void keep_loaded() {
  Dl_info here;
  const bool found = dladdr(reinterpret_cast<const void*>(&keep_loaded), &here) != 0 &&
                     dlopen(here.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
  if (!found) throw std::runtime_error("expected the native library among those that are loaded, found it is not");
}

class EngineThread {
 public:
  EngineThread() {
    require_capability(std::getenv("ATEN_CPU_CAPABILITY"));
    keep_loaded();
    std::thread([this] { serve(); }).detach();
  }

  void run(const std::function<void()>& work) {
    const std::lock_guard turn(turns_);
    std::unique_lock lock(mutex_);
    work_ = &work;
    changed_.notify_all();
    changed_.wait(lock, [&] { return work_ == nullptr; });
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

 private:
  [[noreturn]] void serve() {
    // Code that differentiates turns gradients on for itself.
    const at::NoGradGuard no_grad;
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return work_ != nullptr; });
      lock.unlock();
      try {
        (*work_)();
      } catch (...) {
        thrown_ = std::current_exception();
      }
      lock.lock();
      work_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex turns_, mutex_;
  std::condition_variable changed_;
  const std::function<void()>* work_ = nullptr;
  std::exception_ptr thrown_;
};

}  // namespace

void on_engine_thread(const std::function<void()>& work) {
  // Never destroyed: the thread may wait for work until the process ends.
  static EngineThread& thread = *new EngineThread;
  thread.run(work);
}

}  // namespace nc
