#include "images.h"

#include <ATen/Parallel.h>

#include <cmath>

using namespace nc;

namespace {

// Gathers and normalises in one pass over the pixels.
template <typename T>
Tensor gather(const Tensor& pixels, const Tensor& indices, const Tensor& table) {
  const int64_t count = indices.size(0);
  const int64_t channels = pixels.size(1);
  const int64_t area = pixels.size(2) * pixels.size(3);
  Tensor out = at::empty({count, channels, pixels.size(2), pixels.size(3)},
                         table.options().memory_format(at::MemoryFormat::ChannelsLast));
  const uint8_t* source = pixels.data_ptr<uint8_t>();
  const int64_t* chosen = indices.data_ptr<int64_t>();
  const T* values = table.data_ptr<T>();
  T* targets = out.data_ptr<T>();
  at::parallel_for(0, count, 8, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      const uint8_t* image = source + chosen[b] * channels * area;
      T* target = targets + b * channels * area;
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t p = 0; p < area; ++p) target[p * channels + c] = values[c * 256 + image[c * area + p]];
    }
  });
  return out;
}

Tensor a_channel(const std::vector<double>& values, const at::TensorOptions& options) {
  return at::tensor(values, at::kDouble).to(options).view({1, -1, 1, 1});
}

}  // namespace

nc_images::Normalisation::Normalisation(const std::vector<double>& means, const std::vector<double>& deviations,
                                        const at::TensorOptions& options)
    : white(at::full({}, 255, options)), mean(a_channel(means, options)), std(a_channel(deviations, options)) {
  if (!options.device().is_cpu()) return;
  const int64_t channels = mean.numel();
  const Tensor all = at::arange(256, at::kByte).view({1, 1, 16, 16}).expand({1, channels, 16, 16});
  table = (*this)(all).contiguous().view({channels, 256});
}

nc_images::Tensor nc_images::Normalisation::operator()(const Tensor& pixels) const {
  const auto options = mean.options().memory_format(at::MemoryFormat::ChannelsLast);
  return at::empty(pixels.sizes(), options).copy_(pixels).div_(white).sub_(mean).div_(std);
}

nc_images::nc_images(Tensor pixels_in, Tensor labels_in, int32_t classes_in, std::vector<double> mean,
                     std::vector<double> std, at::Device device)
    : pixels(pixels_in.to(device)),
      labels(labels_in.to(device)),
      classes(classes_in),
      to_float_(mean, std, at::TensorOptions(at::kFloat).device(device)),
      to_double_(mean, std, at::TensorOptions(at::kDouble).device(device)) {}

std::pair<nc_images::Tensor, nc_images::Tensor> nc_images::batch(const Tensor& indices, at::ScalarType type) const {
  const bool wide = type == at::kDouble;
  const Normalisation& normalise = wide ? to_double_ : to_float_;
  Tensor x;
  if (pixels.is_cpu()) {
    x = wide ? gather<double>(pixels, indices, normalise.table) : gather<float>(pixels, indices, normalise.table);
  } else {
    x = normalise(pixels.index_select(0, indices));
  }
  return {x.to(type), labels.index_select(0, indices)};
}

void nc_images::check_fits(const nc_network& network) const {
  const auto& input = network.plan.input;
  require(pixels.size(1) == input[0] && pixels.size(2) == input[1] && pixels.size(3) == input[2], "expected images of ",
          input[0], "×", input[1], "×", input[2], " (what the network was planned for), found ", pixels.size(1), "×",
          pixels.size(2), "×", pixels.size(3));
  require(classes == network.plan.classes, "expected images of ", network.plan.classes, " classes, found ", classes);
  require(pixels.device() == network.device, "the network is on ", network.device.str(), ", the images are on ",
          pixels.device().str(), ": put both on one device");
}

Tensor nc::labels_in(const int32_t* labels, uint64_t count, int32_t classes) {
  require(labels != nullptr && count > 0, "expected at least one label, found none");
  const int64_t entries = size_of(count, "labels");
  for (int64_t i = 0; i < entries; ++i) {
    require(0 <= labels[i] && labels[i] < classes, "label ", i, ": expected 0 to ", classes - 1, ", found ", labels[i]);
  }
  return copy_in({entries}, at::kInt, labels, count * sizeof(int32_t), "labels").to(at::kLong);
}

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
    const at::Device place = parse_device(text_of(device, device_bytes));
    const Tensor classes_of = labels_in(labels, count, classes);
    const Tensor values =
        copy_in({classes_of.size(0), channels, height, width}, at::kByte, pixels, pixel_bytes, "pixels");
    *images = new nc_images(values, classes_of, classes, {mean, mean + channels}, {std, std + channels}, place);
  });
}

int32_t nc_images_free(nc_images* images, nc_error* error) {
  return guarded(error, [&] { delete images; });
}
