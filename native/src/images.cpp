#include "images.h"

#include <ATen/Parallel.h>

using namespace nc;

namespace {

Tensor normalisation_table(const std::vector<double>& mean, const std::vector<double>& std, at::ScalarType precision,
                           at::Device device) {
  const Tensor values = at::arange(256, at::kInt).to(precision).div(255).unsqueeze(0);
  const Tensor means = at::tensor(mean, at::kDouble).to(precision).unsqueeze(1);
  const Tensor deviations = at::tensor(std, at::kDouble).to(precision).unsqueeze(1);
  return values.sub(means).div(deviations).to(device);
}

// Gathers and normalises in one pass over the pixels.
template <typename T>
void gather(const nc_images& images, const int64_t* indices, int64_t count, const T* table, T* out) {
  const int64_t channels = images.pixels.size(1);
  const int64_t area = images.pixels.size(2) * images.pixels.size(3);
  const uint8_t* pixels = images.pixels.data_ptr<uint8_t>();
  at::parallel_for(0, count, 8, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      const uint8_t* image = pixels + indices[b] * channels * area;
      T* target = out + b * channels * area;
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t p = 0; p < area; ++p) target[p * channels + c] = table[c * 256 + image[c * area + p]];
    }
  });
}

}  // namespace

nc_images::nc_images(Tensor pixels_in, Tensor labels_in, int32_t classes_in, std::vector<double> mean,
                     std::vector<double> std, at::Device device)
    : pixels(pixels_in.to(device)),
      labels(labels_in.to(device)),
      classes(classes_in),
      table_float_(normalisation_table(mean, std, at::kFloat, device)),
      table_double_(normalisation_table(mean, std, at::kDouble, device)) {}

const Tensor& nc_images::table(at::ScalarType precision) const {
  return precision == at::kDouble ? table_double_ : table_float_;
}

std::pair<Tensor, Tensor> nc_images::batch(const Tensor& indices, at::ScalarType precision) const {
  const int64_t count = indices.size(0);
  const Tensor& normalised = table(precision);
  if (pixels.is_cpu()) {
    Tensor out = at::empty({count, pixels.size(1), pixels.size(2), pixels.size(3)},
                           at::TensorOptions(precision).memory_format(at::MemoryFormat::ChannelsLast));
    if (precision == at::kDouble) {
      gather(*this, indices.data_ptr<int64_t>(), count, normalised.data_ptr<double>(), out.data_ptr<double>());
    } else {
      gather(*this, indices.data_ptr<int64_t>(), count, normalised.data_ptr<float>(), out.data_ptr<float>());
    }
    return {out, labels.index_select(0, indices)};
  }
  const Tensor offsets = at::arange(pixels.size(1), indices.options()).mul_(256).view({1, -1, 1, 1});
  const Tensor entries = pixels.index_select(0, indices).to(at::kLong).add_(offsets);
  return {normalised.flatten().index_select(0, entries.flatten()).view(entries.sizes()).contiguous(
              at::MemoryFormat::ChannelsLast),
          labels.index_select(0, indices)};
}

void nc_images::check_fits(const nc_network& network) const {
  const auto& input = network.plan.input;
  require(pixels.size(1) == input[0] && pixels.size(2) == input[1] && pixels.size(3) == input[2],
          "expected images of ", input[0], "×", input[1], "×", input[2], " (what the network was planned for), found ",
          pixels.size(1), "×", pixels.size(2), "×", pixels.size(3));
  require(classes == network.plan.classes, "expected images of ", network.plan.classes, " classes, found ", classes);
  require(pixels.device() == network.device, "the network is on ", network.device.str(), ", the images are on ",
          pixels.device().str(), ": put both on one device");
}

int32_t nc_images_create(const uint8_t* pixels, uint64_t pixel_bytes, const int32_t* labels, uint64_t count,
                         int32_t channels, int32_t height, int32_t width, int32_t classes, const double* mean,
                         const double* std, const char* device, uint64_t device_bytes, nc_images** images,
                         nc_error* error) {
  return guarded(error, [&] {
    require(images != nullptr && mean != nullptr && std != nullptr, "expected arguments, found a null pointer");
    require(channels > 0 && height > 0 && width > 0 && classes > 0 && count > 0,
            "expected at least one image, channel, row, column and class, found ", count, ", ", channels, ", ", height,
            ", ", width, ", ", classes);
    const int64_t images_in = static_cast<int64_t>(count);
    for (int64_t i = 0; i < images_in; ++i) {
      require(0 <= labels[i] && labels[i] < classes, "label ", i, ": expected 0 to ", classes - 1, ", found ",
              labels[i]);
    }
    for (int32_t c = 0; c < channels; ++c) require(std[c] > 0, "channel ", c, ": expected std > 0, found ", std[c]);
    Tensor values = copy_in({images_in, channels, height, width}, at::kByte, pixels, pixel_bytes, "pixels");
    Tensor classes_of = copy_in({images_in}, at::kInt, labels, count * sizeof(int32_t), "labels").to(at::kLong);
    *images = new nc_images(values, classes_of, classes, {mean, mean + channels}, {std, std + channels},
                            parse_device(std::string(device, device_bytes)));
  });
}

int32_t nc_images_free(nc_images* images, nc_error* error) {
  return guarded(error, [&] { delete images; });
}
