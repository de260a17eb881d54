#include "engine/images.h"

#include <ATen/Parallel.h>

#include <algorithm>
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

// Copied some at a time: what is mapped may be larger than memory.
Tensor on_device(const Tensor& pixels, const Tensor& rows, at::Device device) {
  if (!rows.defined()) return pixels.to(device);
  constexpr int64_t kAtATime = 4096;
  const int64_t count = rows.size(0);
  Tensor out = at::empty({count, pixels.size(1), pixels.size(2), pixels.size(3)}, pixels.options().device(device));
  for (int64_t first = 0; first < count; first += kAtATime) {
    const int64_t end = std::min(count, first + kAtATime);
    out.slice(0, first, end).copy_(pixels.index_select(0, rows.slice(0, first, end)));
  }
  return out;
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

nc_images::nc_images(Tensor pixels_in, Tensor rows_in, Tensor labels_in, int32_t classes_in, std::vector<double> mean,
                     std::vector<double> std, at::Device device)
    : pixels(device.is_cpu() ? pixels_in : on_device(pixels_in, rows_in, device)),
      rows(device.is_cpu() ? rows_in : Tensor()),
      labels(labels_in.to(device)),
      classes(classes_in),
      to_float_(mean, std, at::TensorOptions(at::kFloat).device(device)),
      to_double_(mean, std, at::TensorOptions(at::kDouble).device(device)) {}

std::pair<nc_images::Tensor, nc_images::Tensor> nc_images::batch(const Tensor& indices, at::ScalarType type,
                                                                 const Change& change) const {
  const bool wide = type == at::kDouble;
  const Normalisation& normalise = wide ? to_double_ : to_float_;
  const Tensor images = rows.defined() ? rows.index_select(0, indices) : indices;
  const Tensor chosen = change ? change(pixels.index_select(0, images)) : Tensor();
  Tensor x;
  if (pixels.is_cpu()) {
    const Tensor& source = change ? chosen : pixels;
    const Tensor places = change ? at::arange(indices.size(0)) : images;
    x = wide ? gather<double>(source, places, normalise.table) : gather<float>(source, places, normalise.table);
  } else {
    x = normalise(change ? chosen : pixels.index_select(0, images));
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
