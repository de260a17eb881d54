// The one exception barrier: every exported function runs its body through guarded().
#pragma once

#include <c10/util/Exception.h>

#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "device/engine_thread.h"
#include "errors.h"
#include "nc.h"

namespace nc {

inline int32_t report(nc_error* error, int32_t code, const char* message) noexcept {
  if (error != nullptr) {
    error->code = code;
    std::strncpy(error->message, message, sizeof error->message - 1);
    error->message[sizeof error->message - 1] = '\0';
  }
  return code;
}

// libtorch's own allocator for the CPU throws a plain c10::Error where there is no memory (c10/core/impl/alloc_cpu.cpp:
// "DefaultCPUAllocator: can't allocate memory", "not enough memory" on Windows).
inline int32_t code_of(const c10::Error& error) {
  const std::string& text = error.msg();
  const bool memory = text.find("DefaultCPUAllocator") != std::string::npos;
  return memory ? NC_ERROR_MEMORY : NC_ERROR_TORCH;
}

// Runs `body` on the engine's thread; an exception becomes a status and a message.
template <typename Body>
int32_t guarded(nc_error* error, Body&& body) noexcept {
  try {
    on_engine_thread(body);
    return 0;
  } catch (const ArgumentError& e) {
    return report(error, NC_ERROR_ARGUMENT, e.what());
  } catch (const c10::OutOfMemoryError& e) {
    return report(error, NC_ERROR_MEMORY, e.what_without_backtrace());
  } catch (const c10::Error& e) {
    return report(error, code_of(e), e.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    return report(error, NC_ERROR_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    return report(error, NC_ERROR_INTERNAL, e.what());
  } catch (...) {
    return report(error, NC_ERROR_INTERNAL, "an exception that is no std::exception");
  }
}

}  // namespace nc
