// The border of images: see nc.h.
#include <cmath>

#include "arguments.h"
#include "device/mapped_file.h"
#include "engine/images.h"
#include "guard.h"

using namespace nc;

namespace {

// What both ways to make images are told of them.
struct Facts {
  int32_t channels, height, width, classes;
  const double *mean, *std;
  uint64_t mean_bytes, std_bytes;

  void check(uint64_t count) const {
    require(channels > 0 && height > 0 && width > 0 && classes > 0 && count > 0,
            "expected at least one image, channel, row, column and class, found ", count, ", ", channels, ", ", height,
            ", ", width, ", ", classes);
    const uint64_t bytes = static_cast<uint64_t>(channels) * sizeof(double);
    require(mean != nullptr && std != nullptr && mean_bytes == bytes && std_bytes == bytes, "expected ", channels,
            " means and deviations, found ", mean_bytes / sizeof(double), " and ", std_bytes / sizeof(double));
    for (int32_t c = 0; c < channels; ++c) {
      require(std::isfinite(mean[c]) && std::isfinite(std[c]) && std[c] > 0, "channel ", c,
              ": expected a finite mean and a finite std > 0, found ", mean[c], " and ", std[c]);
    }
  }

  nc_images* images(const Tensor& pixels, const Tensor& rows, const Tensor& labels, at::Device place) const {
    return new nc_images(pixels, rows, labels, classes, {mean, mean + channels}, {std, std + channels}, place);
  }
};

// Which images of a file are meant, one for each of `count` labels; undefined where they are all of them.
Tensor rows_in(const int64_t* rows, uint64_t rows_count, uint64_t count, int64_t file_images) {
  if (rows == nullptr) {
    require(rows_count == 0 && count == static_cast<uint64_t>(file_images), "expected a label for each of ", file_images,
            " images, found ", count);
    return {};
  }
  require(rows_count == count, "expected a label for each of ", rows_count, " images, found ", count);
  for (uint64_t i = 0; i < rows_count; ++i) {
    require(0 <= rows[i] && rows[i] < file_images, "image ", i, ": expected 0 to ", file_images - 1,
            " of the file, found ", rows[i]);
  }
  return copy_in({static_cast<int64_t>(rows_count)}, at::kLong, rows, rows_count * sizeof(int64_t), "rows");
}

}  // namespace

int32_t nc_images_create(const uint8_t* pixels, uint64_t pixel_bytes, const int32_t* labels, uint64_t count,
                         int32_t channels, int32_t height, int32_t width, int32_t classes, const double* mean,
                         uint64_t mean_bytes, const double* std, uint64_t std_bytes, const char* device,
                         uint64_t device_bytes, nc_images** images, nc_error* error) {
  return guarded(error, [&] {
    require(images != nullptr, "expected a place for the handle, found a null pointer");
    const Facts facts{channels, height, width, classes, mean, std, mean_bytes, std_bytes};
    facts.check(count);
    const at::Device place = device_in(device, device_bytes);
    const Tensor classes_of = labels_in(labels, count, classes);
    const Tensor values =
        copy_in({classes_of.size(0), channels, height, width}, at::kByte, pixels, pixel_bytes, "pixels");
    *images = facts.images(values, {}, classes_of, place);
  });
}

int32_t nc_images_map(const char* path, uint64_t path_bytes, uint64_t file_images, const int64_t* rows,
                      uint64_t rows_count, const int32_t* labels, uint64_t count, int32_t channels, int32_t height,
                      int32_t width, int32_t classes, const double* mean, uint64_t mean_bytes, const double* std,
                      uint64_t std_bytes, const char* device, uint64_t device_bytes, nc_images** images,
                      nc_error* error) {
  return guarded(error, [&] {
    require(images != nullptr, "expected a place for the handle, found a null pointer");
    const Facts facts{channels, height, width, classes, mean, std, mean_bytes, std_bytes};
    facts.check(count);
    const at::Device place = device_in(device, device_bytes);
    const Tensor classes_of = labels_in(labels, count, classes);
    const int64_t whole = size_of(file_images, "images of the file");
    const Tensor chosen = rows_in(rows, rows_count, count, whole);
    const Tensor values = mapped_bytes(text_of(path, path_bytes), {whole, channels, height, width});
    *images = facts.images(values, chosen, classes_of, place);
  });
}

int32_t nc_images_free(nc_images* images, nc_error* error) {
  return guarded(error, [&] { delete images; });
}
