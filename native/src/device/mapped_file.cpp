#include "device/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "errors.h"

namespace nc {
namespace {

// Closed at the end of the scope: a mapping outlives the descriptor that it was made from.
class Descriptor {
 public:
  explicit Descriptor(const std::string& path) : number_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    require(number_ >= 0, path, ": cannot be read: ", std::strerror(errno));
  }
  ~Descriptor() { close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  operator int() const { return number_; }

 private:
  const int number_;
};

}  // namespace

at::Tensor mapped_bytes(const std::string& path, at::IntArrayRef shape) {
  const int64_t bytes = c10::multiply_integers(shape);
  const Descriptor file(path);
  struct stat found {};
  require(fstat(file, &found) == 0, path, ": cannot be read: ", std::strerror(errno));
  require(found.st_size == bytes && bytes > 0, path, ": expected ", bytes, " bytes, found ", found.st_size);
  const size_t length = static_cast<size_t>(bytes);
  void* start = mmap(nullptr, length, PROT_READ, MAP_SHARED, file, 0);
  require(start != MAP_FAILED, path, ": cannot be mapped into memory: ", std::strerror(errno));
  return at::from_blob(start, shape, [length](void* mapped) { munmap(mapped, length); }, at::kByte);
}

}  // namespace nc
