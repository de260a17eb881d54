// A classifier that is the simplex ETF nearest to the class means, found anew in every training step (Markou et al. 2024,
// arXiv 2411.01248; evanmarkou/Guiding-Neural-Collapse).
#pragma once

#include <ATen/ATen.h>

namespace nc {

// What it is after a step, and goes on from; all change in place.
struct NearestETF {
  at::Tensor weight;  // C × d: √(C/(C−1)) (I − 11ᵀ/C) P, rows of length 1
  at::Tensor bias;    // C: −W μ_G of the last batch
  at::Tensor means;   // C × d: moving average of the batches' class means around their global mean; 0 before the first
  at::Tensor frame;   // C × d: P, orthonormal rows
  int64_t steps;      // so far
};

// Logits W h + b of a batch, and the step of the classifier. `features` (N × d, d ≥ C) are differentiated through all of it:
// the class means, P, W and b. Y is the moving average divided by its Frobenius norm, with the share max(2/(t+2), 1e-4)
// of batch t; a class that the batch does not have keeps its mean. P minimises
//
//   ‖Y − 1/√(C−1) (I − 11ᵀ/C) P‖² + δ/2 ‖P − P_before‖², P Pᵀ = I, δ = 1e-3,
//
// which is the polar factor of 2/√(C−1) (I − 11ᵀ/C) Y + δ P_before: the source iterates to it. Before the first step P is
// the first C axes.
at::Tensor nearest_etf(const at::Tensor& features, const at::Tensor& labels, const NearestETF& state);

}  // namespace nc
