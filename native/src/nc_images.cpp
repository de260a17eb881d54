// The border of images: see nc.h.
#include <cmath>

#include "arguments.h"
#include "engine/images.h"
#include "guard.h"

using namespace nc;

int32_t nc_images_create(const uint8_t* pixels, uint64_t pixel_bytes, const int32_t* labels, uint64_t count,
                         int32_t channels, int32_t height, int32_t width, int32_t classes, const double* mean,
                         uint64_t mean_bytes, const double* std, uint64_t std_bytes, const char* device,
                         uint64_t device_bytes, nc_images** images, nc_error* error) {
  return guarded(error, [&] {
    require(images != nullptr, "expected a place for the handle, found a null pointer");
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
    const at::Device place = device_in(device, device_bytes);
    const Tensor classes_of = labels_in(labels, count, classes);
    const Tensor values =
        copy_in({classes_of.size(0), channels, height, width}, at::kByte, pixels, pixel_bytes, "pixels");
    *images = new nc_images(values, classes_of, classes, {mean, mean + channels}, {std, std + channels}, place);
  });
}

int32_t nc_images_free(nc_images* images, nc_error* error) {
  return guarded(error, [&] { delete images; });
}
