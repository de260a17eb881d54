// A labelled split of images, held as uint8 on the device that computes.
#pragma once

#include "handle.h"
#include "network.h"

struct nc_images : nc::Counted {
  using Tensor = at::Tensor;

  nc_images(Tensor pixels, Tensor labels, int32_t classes, std::vector<double> mean, std::vector<double> std,
            at::Device device);

  int64_t count() const { return pixels.size(0); }

  // The images at `indices` (on their device), normalised, channels-last; and their labels.
  std::pair<Tensor, Tensor> batch(const Tensor& indices, at::ScalarType precision) const;

  // Refuses a network that lives elsewhere or expects another shape.
  void check_fits(const nc_network& network) const;

  const Tensor pixels;  // N × C × H × W, uint8
  const Tensor labels;  // N, int64
  const int32_t classes;

 private:
  const Tensor& table(at::ScalarType precision) const;

  // Normalised value of each of the 256 pixel values, a row a channel: computed once, in the order of operations
  // of torchvision's ToTensor and Normalize, so that a look-up gives their very bits.
  Tensor table_float_, table_double_;
};
