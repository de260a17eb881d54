#include "engine/network.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

#include "engine/draw.h"
#include "engine/nearest_etf.h"
#include "kernels/pool.h"

using namespace nc;

namespace {

Tensor channels_last_if_map(const Tensor& tensor) {
  return tensor.dim() == 4 ? tensor.contiguous(at::MemoryFormat::ChannelsLast) : tensor.contiguous();
}

// A parameter in the type that `x` is computed in.
Tensor like(const Tensor& parameter, const Tensor& x) {
  return parameter.to(x.scalar_type());
}

// Each row divided by its length, as torch.nn.functional.normalize does; in the network's precision, whatever that of x.
Tensor unit_rows(const Tensor& x, at::ScalarType precision) {
  const Tensor wide = x.to(precision);
  return wide.div(at::linalg_vector_norm(wide, 2, 1, /*keepdim=*/true).clamp_min(1e-12)).to(x.scalar_type());
}

}  // namespace

nc_network::nc_network(std::string_view text, at::Device place, at::ScalarType type)
    : plan(parse_plan(text)), device(place), precision(type) {
  const auto options = at::TensorOptions().dtype(precision).device(device);
  for (const ParameterSpec& spec : plan.parameters) {
    Parameter parameter{spec, {}, {}};
    const Tensor whole = at::zeros(spec.shape, options);
    parameter.live = channels_last_if_map(parameter.live_of(whole)).clone();
    if (spec.has_taps || spec.repeat > 1) parameter.full = whole;
    parameter_index_.emplace(spec.name, parameters_.size());
    parameters_.push_back(std::move(parameter));
  }
  for (const BufferSpec& spec : plan.buffers) {
    buffers_[spec.name] = spec.counter ? at::zeros({}, options.dtype(at::kLong).device(at::kCPU))
                                       : at::full(spec.shape, spec.value, options);
  }
}

void nc_network::initialise(uint64_t seed) {
  for (const Parameter& parameter : parameters_) require_flushed(parameter.spec.name);
  at::Generator generator = at::detail::createCPUGenerator(seed);
  for (Parameter& parameter : parameters_) write(parameter.spec.name, draw(parameter.spec, generator));
  for (const BufferSpec& spec : plan.buffers) buffers_.at(spec.name).fill_(spec.value);
  ++version;
}

std::vector<StateEntry> nc_network::entries() const {
  std::vector<StateEntry> entries;
  for (const std::string& name : plan.entries) {
    const auto found = buffers_.find(name);
    const bool counts = found != buffers_.end() && found->second.scalar_type() == at::kLong;
    const auto& shape = found != buffers_.end() ? found->second.sizes().vec()
                                                : parameter_of(name).spec.shape;
    entries.push_back({name, counts ? at::kLong : precision, shape,
                       counts ? StateEntry::Values::count : StateEntry::Values::any});
  }
  return entries;
}

Parameter& nc_network::parameter(const std::string& name) {
  const auto found = parameter_index_.find(name);
  require(found != parameter_index_.end(), "the network has no parameter '", name, "'");
  return parameters_[found->second];
}

Tensor nc_network::read(const std::string& name) const {
  const auto buffer = buffers_.find(name);
  if (buffer != buffers_.end()) return buffer->second;
  const auto found = parameter_index_.find(name);
  require(found != parameter_index_.end(), "the network has no parameter or buffer '", name, "'");
  const Parameter& parameter = parameters_[found->second];
  if (!parameter.full.defined()) return parameter.live.detach();
  return parameter.kept(parameter.full, parameter.live.detach());
}

void nc_network::write(const std::string& name, const Tensor& value) {
  const auto buffer = buffers_.find(name);
  if (buffer != buffers_.end()) {
    if (value.scalar_type() == at::kLong) require_count(name, value);
    ++version;
    buffer->second.copy_(value);
    return;
  }
  Parameter& target = parameter(name);
  ++version;
  if (!target.full.defined()) {
    target.live.copy_(value);
    return;
  }
  target.full.copy_(value);
  // Of what was copied: a value may come in a narrower type.
  target.live.copy_(target.live_of(target.full));
}

void nc_network::require_flushed(const std::string& name) const {
  const auto found = parameter_index_.find(name);
  if (deferred->empty() || found == parameter_index_.end() || !parameters_[found->second].full.defined()) return;
  refuse(name, ": steps of a trainer are not yet applied to all of it; flush it first");
}

void nc_network::require_variance(int64_t images) const {
  require(images > 1 || plan.single.empty(), "expected batches of at least 2 images, found one of 1: batch norm ",
          plan.single, " sees one value a channel and image, and a single value has no variance");
}

Tensor nc_network::bias_of(const Op& op, const Tensor& x) const {
  return op.bias.empty() ? Tensor() : like(live(op.bias), x);
}

Tensor nc_network::linear(const Op& op, const Tensor& x) const {
  const auto& [spec, weight, full] = parameter_of(op.weight);
  // The sum over n columns that read the same number is √n times their live coordinate.
  const Tensor input = spec.repeat == 1 ? x : x.mul(std::sqrt(static_cast<double>(spec.repeat)));
  if (op.temperature == 0) return at::linear(input, like(weight, x), bias_of(op, x));
  const Tensor product = at::linear(x, like(unit_rows(weight, precision), x)).div(op.temperature);
  return op.bias.empty() ? product : product.add(bias_of(op, x));
}

Tensor nc_network::follow(const Op& op, const Tensor& x, const Tensor& labels) const {
  const auto buffer = [&](const char* name) { return buffers_.at(op.nearest + name); };
  const Tensor wide = x.to(precision), features = op.temperature == 0 ? wide : wide.div(op.temperature);
  return nearest_etf(features, labels, {live(op.weight), live(op.bias), buffer(".class_means"), buffer(".frame"),
                                        buffer(".num_batches_tracked").item<int64_t>()});
}

NormState nc_network::norm(const std::string& scope) const {
  return {live(scope + ".weight"), live(scope + ".bias"), buffers_.at(scope + ".running_mean"),
          buffers_.at(scope + ".running_var")};
}

template <typename Convolve, typename Normalise, typename Project>
std::vector<Tensor> nc_network::execute(const Tensor& images, const std::vector<int>& wanted, Convolve&& convolve,
                                        Normalise&& normalise, Project&& project) const {
  std::vector<Tensor> values(plan.shapes.size());
  values[0] = images;
  for (size_t index = 0; index < plan.ops.size(); ++index) {
    const Op& op = plan.ops[index];
    const Tensor& x = values[op.from[0]];
    Tensor& y = values[op.to];
    switch (op.kind) {
      case OpKind::conv2d:
        y = convolve(index, op, x, op.from.size() > 1 ? values[op.from[1]] : Tensor());
        break;
      case OpKind::batch_norm2d:
        y = normalise(op, x);
        break;
      case OpKind::relu:
        y = at::relu(x);
        break;
      case OpKind::add:
        y = at::add(x, values[op.from[1]]);
        for (size_t i = 2; i < op.from.size(); ++i) y = at::add(y, values[op.from[i]]);
        break;
      case OpKind::concat: {
        std::vector<Tensor> parts;
        for (const int value : op.from) parts.push_back(values[value]);
        y = at::cat(parts, 1);
        break;
      }
      case OpKind::max_pool2d:
        y = max_pool(x, op.kernel, op.stride, op.padding[0]);
        break;
      case OpKind::avg_pool2d:
        y = at::avg_pool2d(x, op.kernel, op.stride, op.padding[0]);
        break;
      case OpKind::adaptive_avg_pool2d:
        y = op.size == 1 ? x.mean({2, 3}, true) : at::adaptive_avg_pool2d(x, {op.size, op.size});
        break;
      case OpKind::flatten:
        y = x.flatten(1);
        break;
      case OpKind::normalise:
        y = unit_rows(x, precision);
        break;
      case OpKind::linear:
        y = project(op, x);
        break;
    }
    for (const int value : op.last_use) {
      if (std::find(wanted.begin(), wanted.end(), value) == wanted.end()) values[value] = Tensor();
    }
  }
  std::vector<Tensor> found;
  for (const int value : wanted) found.push_back(values[value]);
  return found;
}

void nc_network::count_batch() {
  ++version;
  for (const BufferSpec& spec : plan.buffers) {
    if (spec.counter) ++*buffers_.at(spec.name).data_ptr<int64_t>();
  }
}

std::vector<Tensor> nc_network::train_forward(const Tensor& images, const Tensor& labels,
                                              const std::vector<int>& values, const Spread* spread) {
  if (spread == nullptr) require_variance(images.size(0));
  const auto normalise = [&](const Op& op, const Tensor& x, const Tensor& identity = {}) {
    return norm_add_relu(x, norm(op.norm), identity, op.relu, op.eps, op.momentum, spread);
  };
  const auto convolve = [&](size_t, const Op& op, const Tensor& x, const Tensor& identity) {
    const Tensor y = convolution(op, x, like(live(op.weight), x), bias_of(op, x));
    return op.norm.empty() ? y : normalise(op, y, identity);
  };
  const auto project = [&](const Op& op, const Tensor& x) {
    return op.nearest.empty() ? linear(op, x) : follow(op, x, labels);
  };
  return execute(images, values, convolve, normalise, project);
}

std::vector<Folded> nc_network::fold() const {
  std::vector<Folded> folded(plan.ops.size());
  for (size_t index = 0; index < plan.ops.size(); ++index) {
    const Op& op = plan.ops[index];
    if (op.kind != OpKind::conv2d || op.norm.empty()) continue;
    const NormState state = norm(op.norm);
    const Tensor scale = state.weight / (state.running_var + op.eps).sqrt();
    const Tensor mean = op.bias.empty() ? state.running_mean : state.running_mean - live(op.bias);
    folded[index] = prepare(op, live(op.weight) * scale.view({-1, 1, 1, 1}), state.bias - mean * scale);
  }
  return folded;
}

std::vector<Tensor> nc_network::evaluate(const Tensor& images, const std::vector<Folded>& folded,
                                         const std::vector<int>& values) const {
  const auto normalise = [&](const Op& op, const Tensor& x) {
    const auto [weight, bias, mean, variance] = norm(op.norm);
    Tensor y = at::batch_norm(x, weight, bias, mean, variance, /*training=*/false, 0, op.eps, /*cudnn_enabled=*/true);
    return op.relu ? y.relu_() : y;
  };
  const auto convolve = [&](size_t index, const Op& op, const Tensor& x, const Tensor& identity) {
    return op.norm.empty() ? convolution(op, x, live(op.weight), bias_of(op, x))
                           : convolution(op, x, folded[index], identity);
  };
  return execute(images, values, convolve, normalise, [&](const Op& op, const Tensor& x) { return linear(op, x); });
}
