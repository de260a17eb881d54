#include "engine/trainer.h"

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>

#include "device/settings.h"
#include "engine/sgd.h"

using namespace nc;

namespace {

// Steps of one batch size before one is recorded: libraries choose algorithms and make workspaces meanwhile.
constexpr int kWarmUp = 3;

// Differentiation of the network's parameters during one pass: two trainers of a network do not disturb each other.
class Differentiated {
 public:
  explicit Differentiated(const std::vector<Tensor>& leaves) : leaves_(leaves) { set(true); }
  ~Differentiated() { set(false); }
  Differentiated(const Differentiated&) = delete;
  Differentiated& operator=(const Differentiated&) = delete;

 private:
  void set(bool on) const {
    for (const Tensor& leaf : leaves_) leaf.requires_grad_(on);
  }

  const std::vector<Tensor>& leaves_;
};

constexpr std::array<double, 4> kNothingPending = {1, 0, 0, 1};

}  // namespace

nc_trainer::nc_trainer(nc_network& network_in, nc_images& images_in, double momentum, double weight_decay,
                       at::ScalarType activations, bool record)
    : network(network_in),
      images(images_in),
      momentum_(momentum),
      weight_decay_(weight_decay),
      activations_(activations),
      unsettled_(network_in.unsettled) {
  require(0 <= momentum && momentum < 1, "expected a momentum from 0 to below 1, found ", momentum);
  require(weight_decay >= 0 && std::isfinite(weight_decay), "expected a weight decay of at least 0, found ",
          weight_decay);
  const bool narrow = activations == at::kBFloat16 && network.precision == at::kFloat;
  require(activations == network.precision || narrow,
          "expected activations in the network's precision, or bfloat16 beside float32, found ",
          c10::toString(activations), " beside ", c10::toString(network.precision));
  images.check_fits(network);
  for (Parameter& parameter : network.parameters()) {
    live_.push_back(parameter.live);
    full_.push_back(parameter.full);
    velocity_.push_back(at::zeros_like(parameter.live));
    full_velocity_.push_back(parameter.full.defined() ? at::zeros_like(parameter.full) : Tensor());
  }
  const auto options = at::TensorOptions().device(network.device);
  // An order is rarely longer than there are images, and no batch is longer than its order.
  feed_.order = at::empty({images.count()}, options.dtype(at::kLong));
  feed_.cursor = at::zeros({}, options.dtype(at::kLong));
  feed_.places = at::arange(images.count(), feed_.order.options());
  feed_.rate = make_rate(live_.front());
  feed_.totals = at::zeros({2}, options.dtype(at::kDouble));
  if (record) {
    recorder_ = network.device.is_cpu() ? make_host_recorder() : make_cuda_recorder(network.device, why_not_recorded);
  }
}

nc_trainer::~nc_trainer() {
  try {
    settle();
  } catch (...) {
    // A device that does not answer any more, whose network is lost.
  }
  unsettled_->erase(this);
}

nc_trainer::Pass nc_trainer::differentiate_batch(const Tensor& indices) const {
  const auto [x, labels] = images.batch(indices, activations_);
  const Differentiated parameters(live_);
  at::AutoGradMode differentiate(true);
  const Outputs outputs = network.train_forward(x);
  const Tensor loss = at::cross_entropy_loss(outputs.logits.to(network.precision), labels);
  const Tensor correct = outputs.logits.detach().argmax(1).eq(labels).sum();
  return {loss.detach(), correct, torch::autograd::grad({loss}, live_)};
}

void nc_trainer::feed(const Tensor& order, int64_t first, double learning_rate) {
  const bool deterministic = at::globalContext().deterministicAlgorithms();
  const int64_t count = order.size(0);
  const bool fits = count <= feed_.order.size(0);
  // Recordings know tensors by their address, and kernels as they were chosen.
  if (!fits || deterministic != deterministic_) repeated_.clear();
  deterministic_ = deterministic;
  if (!fits) {
    feed_.order = at::empty({count}, feed_.order.options());
    feed_.places = at::arange(count, feed_.order.options());
  }
  feed_.order.slice(0, 0, count).copy_(order);
  feed_.cursor.fill_(first);
  feed_.rate.fill_(learning_rate);
  feed_.totals.zero_();
}

void nc_trainer::step(int64_t size) {
  const Tensor indices = feed_.order.index_select(0, feed_.places.slice(0, 0, size).add(feed_.cursor));
  Pass pass = differentiate_batch(indices);
  take_sgd_step(live_, pass.gradients, velocity_, feed_.rate, momentum_, weight_decay_);
  feed_.totals[0].add_(pass.loss.to(at::kDouble), size);
  feed_.totals[1].add_(pass.correct);
  feed_.cursor.add_(size);
}

void nc_trainer::take_step(int64_t size) {
  if (recorder_ == nullptr || !why_not_recorded.empty()) return step(size);
  Repeated& steps = repeated_[size];
  if (steps.recording == nullptr && steps.warm_up == kWarmUp) steps.recording = record(size);
  if (steps.recording == nullptr) {
    ++steps.warm_up;
    return step(size);
  }
  steps.recording->repeat();
  ++steps_repeated;
}

std::unique_ptr<Recording> nc_trainer::record(int64_t size) {
  try {
    return recorder_->record([this, size] { step(size); });
  } catch (const c10::Error& e) {
    why_not_recorded = e.what_without_backtrace();
  }
  // Recording does nothing to any tensor: the steps can go on one by one if the device still answers, else this throws.
  feed_.totals.cpu();
  return nullptr;
}

void nc_trainer::account(double learning_rate) {
  const double keep = 1 - learning_rate * weight_decay_;
  const double pull = -learning_rate * momentum_;
  const auto [a, b, c, d] = pending_;
  set_pending(
      {keep * a + pull * c, keep * b + pull * d, weight_decay_ * a + momentum_ * c, weight_decay_ * b + momentum_ * d});
  ++steps_taken_;
  network.count_batch();
}

void nc_trainer::set_pending(const std::array<double, 4>& map) {
  pending_ = map;
  const bool waits = std::any_of(full_.begin(), full_.end(), [](const Tensor& full) { return full.defined(); });
  if (waits && map != kNothingPending) {
    unsettled_->insert(this);
  } else {
    unsettled_->erase(this);
  }
}

void nc_trainer::write_pending(const std::array<double, 4>& map, uint64_t steps) {
  for (const double number : map) require(std::isfinite(number), "map: expected finite numbers, found ", number);
  require(steps <= static_cast<uint64_t>(kMostSteps), "expected at most ", kMostSteps, " steps, found ", steps);
  set_pending(map);
  steps_taken_ = steps;
}

std::array<double, 3> nc_trainer::run(const Tensor& order, int64_t batch, int64_t first_step, int64_t steps,
                                      double learning_rate, uint64_t& done) {
  const int64_t count = order.size(0);
  const int64_t epoch_steps = (count + batch - 1) / batch;
  require(0 < steps && first_step < epoch_steps && steps <= epoch_steps - first_step, "expected steps within 0 to ",
          epoch_steps - 1, ", found ", steps, " from ", first_step, " on");
  require(std::isfinite(learning_rate), "expected a finite learning rate, found ", learning_rate);
  require(steps_taken_ + static_cast<uint64_t>(steps) <= static_cast<uint64_t>(kMostSteps), "expected at most ",
          kMostSteps, " steps, found ", steps_taken_, " and ", steps, " more");
  for (const nc_trainer* other : *unsettled_) {
    require(other == this, "another trainer of this network took steps that are not yet applied to the kernel taps ",
            "that never meet data; settle it first");
  }
  // The last batch is the smallest.
  network.require_variance(std::min(batch, count - (first_step + steps - 1) * batch));
  ++network.version;
  const auto settings = CudaSettings::training(network.device);
  int64_t samples = 0;
  const auto all_steps = [&] {
    feed(order, first_step * batch, learning_rate);
    for (int64_t step = first_step; step < first_step + steps; ++step) {
      const int64_t size = std::min(batch, count - step * batch);
      take_step(size);
      account(learning_rate);
      samples += size;
      ++done;
    }
  };
  if (recorder_ != nullptr) {
    recorder_->run(all_steps);
  } else {
    all_steps();
  }
  const Tensor sums = feed_.totals.cpu();
  return {sums[0].item<double>(), sums[1].item<double>(), static_cast<double>(samples)};
}

double nc_trainer::differentiate(const Tensor& indices) {
  const auto settings = CudaSettings::training(network.device);
  network.require_variance(indices.size(0));
  ++network.version;
  Pass pass = differentiate_batch(indices.to(network.device));
  network.count_batch();
  last_gradients_ = std::move(pass.gradients);
  return pass.loss.item<double>();
}

void nc_trainer::settle() {
  if (pending_ == kNothingPending) return;
  const auto [a, b, c, d] = pending_;
  for (size_t i = 0; i < live_.size(); ++i) {
    if (!full_[i].defined()) continue;
    Tensor value = full_[i];
    Tensor velocity = full_velocity_[i];
    const Tensor moved = value.mul(a).add_(velocity, b);
    velocity.mul_(d).add_(value, c);
    value.copy_(moved);
  }
  set_pending(kNothingPending);
}

size_t nc_trainer::index_of(const std::string& name) const {
  return static_cast<size_t>(&network.parameter(name) - network.parameters().data());
}

Tensor nc_trainer::read_gradient(const std::string& name) const {
  const size_t i = index_of(name);
  require(!last_gradients_.empty(), "there is no gradient yet: call nc_trainer_differentiate first");
  const Parameter& parameter = network.parameters()[i];
  if (!parameter.full.defined()) return last_gradients_[i];
  Tensor whole = at::zeros_like(parameter.full);
  parameter.window(whole).copy_(last_gradients_[i]);
  return whole;
}

Tensor nc_trainer::read_momentum(const std::string& name) const {
  const size_t i = index_of(name);
  if (!full_velocity_[i].defined()) return velocity_[i];
  Tensor whole = full_velocity_[i].clone();
  network.parameters()[i].window(whole).copy_(velocity_[i]);
  return whole;
}

void nc_trainer::write_momentum(const std::string& name, const Tensor& value) {
  const size_t i = index_of(name);
  require(pending_ == kNothingPending || !full_velocity_[i].defined(), "momentum of ", name,
          ": steps are not yet applied to the kernel taps that never meet data; settle the trainer first");
  if (full_velocity_[i].defined()) full_velocity_[i].copy_(value);
  velocity_[i].copy_(network.parameters()[i].window(value));
}
