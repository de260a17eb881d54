// A labelled split of images, held as uint8 on the device that computes.
#pragma once

#include <functional>

#include "handle.h"
#include "engine/network.h"

struct nc_images : nc::Counted {
  using Tensor = at::Tensor;

  // `rows`: which of `pixels` the images are, one for each label; undefined where they are all of them, in this order.
  // On a GPU, the images are copied there; on the CPU, pixels that are mapped from a file stay so.
  nc_images(Tensor pixels, Tensor rows, Tensor labels, int32_t classes, std::vector<double> mean, std::vector<double> std,
            at::Device device);

  int64_t count() const { return labels.size(0); }

  // What becomes of images, N × C × H × W bytes, before they are normalised; empty where nothing does.
  using Change = std::function<Tensor(const Tensor& pixels)>;

  // The images at `indices` (on their device), changed and normalised, channels-last; and their labels. bfloat16 is
  // float32 rounded.
  std::pair<Tensor, Tensor> batch(const Tensor& indices, at::ScalarType type, const Change& change = {}) const;

  // Refuses a network that lives elsewhere or expects another shape.
  void check_fits(const nc_network& network) const;

  const Tensor pixels;  // images of C × H × W, uint8
  const Tensor rows;    // N, int64, on the CPU; undefined where pixels has just the N images
  const Tensor labels;  // N, int64
  const int32_t classes;

 private:
  // What normalising computes with: tensors, because CUDA multiplies by the reciprocal of a divisor that is a number.
  struct Normalisation {
    Normalisation(const std::vector<double>& mean, const std::vector<double>& std, const at::TensorOptions& options);
    // (pixels / 255 − mean) / std, in the order of operations of torchvision's ToTensor and Normalize: their very bits.
    // N × C × H × W, uint8 to channels-last.
    Tensor operator()(const Tensor& pixels) const;

    Tensor white, mean, std;
    // On the CPU, what comes of each of the 256 pixel values, a row a channel: a look-up is faster than two divisions.
    Tensor table;
  };

  const Normalisation to_float_, to_double_;
};
