// Seeded mutations of what native reads: plans, how they are trained, what is read of them, and the states that resuming
// writes. Cases run in a process apart,
// which must answer each with an error or with a right result. tests/native/mutations.ts builds and runs this.
//
//   mutations plans|recipes|reads|states SEED FIRST COUNT PLAN...
//
// PLAN: files with sound plans. Prints a line for each case that ended otherwise, with its number, and then how many
// were refused and how many right. Status 0 where all were.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "nc.h"

namespace {

using Random = std::mt19937_64;
using Lines = std::vector<std::string>;

constexpr int kRefused = 0, kRight = 1, kWrong = 2;
constexpr unsigned kSecondsACase = 120;
constexpr uint64_t kCasesAProcess = 50;
constexpr int kImages = 3;

size_t below(Random& random, size_t count) {
  return static_cast<size_t>(random() % count);
}

template <typename T>
const T& one_of(Random& random, const std::vector<T>& all) {
  return all[below(random, all.size())];
}

Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream rows(text);
  for (std::string row; std::getline(rows, row);) lines.push_back(row);
  return lines;
}

std::string text_of(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// ---- plans ----

const std::vector<std::string> kNumbers = {
    "0",  "1",  "2",   "3",          "4",          "5",          "7",
    "8",  "16", "31",  "32",         "33",         "64",         "96",
    "-1", "-8", "0.5", "2147483647", "2147483648", "4294967297", "9223372036854775807",
    "",   "x",  "nan", "1e308",      "1e-320",     "-1e308",     "99999999999999999999"};
const std::vector<std::string> kForms = {"direct", "matmul", "positions", "winograd", "karatsuba", "pooled", "flattened"};
const std::vector<std::string> kKinds = {"cross_entropy", "focal", "mse", "sgd", "sgdw", "adam", "adamw", "muon", "none",
                                         "etf"};
const std::vector<std::string> kOps = {"conv2d",     "batch_norm2d",        "relu",    "add",    "concat",
                                       "max_pool2d", "adaptive_avg_pool2d", "flatten", "linear", "input", "avg_pool2d",
                                       "output",     "parameter",           "buffer",  "compute", "loss",
                                       "optimizer",  "group",               "read",    "penalty", "normalise"};

struct Place {
  size_t line, start, length;
};

std::vector<Place> places(const Lines& lines, const std::regex& what, int group) {
  std::vector<Place> found;
  for (size_t line = 0; line < lines.size(); ++line)
    for (std::sregex_iterator hit(lines[line].begin(), lines[line].end(), what), end; hit != end; ++hit) {
      found.push_back({line, static_cast<size_t>(hit->position(group)), static_cast<size_t>(hit->length(group))});
    }
  return found;
}

const std::regex kNumber(R"([=,](-?[0-9][0-9.e-]*))"), kField(R"( ([a-z]+=\S*))"), kWord(R"(^(\S+))"),
    kName(R"((?:name|weight|norm|bias)=(\S+))"), kForm(R"(form=(\S+))"),
    kKind(R"((?:kind|parameters|activations|value|init)=(\S+))");

void mutate_line(Lines& lines, Random& random) {
  const size_t line = below(random, lines.size()), other = below(random, lines.size());
  switch (below(random, 4)) {
    case 0:
      lines.erase(lines.begin() + line);
      break;
    case 1:
      lines.insert(lines.begin() + other, std::string(lines[line]));
      break;
    case 2:
      std::swap(lines[line], lines[other]);
      break;
    default: {
      std::string& text = lines[line];
      if (text.empty()) break;
      const size_t at = below(random, text.size());
      const char byte = static_cast<char>(1 + below(random, 255));
      if (below(random, 2) == 0) {
        text[at] = byte;
      } else {
        text.insert(at, 1, byte);
      }
    }
  }
}

void mutate_field(Lines& lines, Random& random) {
  const auto replace = [&](const std::regex& what, auto&& fresh) {
    const auto all = places(lines, what, 1);
    if (all.empty()) return;
    const Place& p = one_of(random, all);
    const std::string old = lines[p.line].substr(p.start, p.length);
    lines[p.line].replace(p.start, p.length, fresh(old, all));
  };
  const auto another = [&](const std::string&, const std::vector<Place>& all) {
    const Place& p = one_of(random, all);
    return lines[p.line].substr(p.start, p.length);
  };
  switch (below(random, 9)) {
    case 8:
      return below(random, 2) == 0 ? replace(kKind, another)
                                   : replace(kKind, [&](const std::string&, const auto&) { return one_of(random, kKinds); });
    case 0:
      return replace(kNumber, [&](const std::string&, const auto&) { return one_of(random, kNumbers); });
    case 1:
      return replace(kNumber, [&](const std::string& old, const auto&) {
        const long long step = below(random, 2) == 0 ? 1 : -1;
        return std::to_string(std::strtoll(old.c_str(), nullptr, 10) + step);
      });
    case 2:
      return replace(kNumber,
                     [&](const std::string& old, const auto&) { return old + "," + one_of(random, kNumbers); });
    case 3:
      return replace(kField, [&](const std::string&, const auto&) { return std::string(); });
    case 4:
      return replace(kField, another);
    case 5:
      return replace(kName, another);
    case 6:
      return replace(kForm, [&](const std::string&, const auto&) { return one_of(random, kForms); });
    default:
      return replace(kWord, [&](const std::string&, const auto&) { return one_of(random, kOps); });
  }
}

std::string mutated(const std::string& plan, Random& random) {
  Lines lines = lines_of(plan);
  const size_t changes = below(random, 2) == 0 ? 1 : 1 + below(random, 3);
  for (size_t i = 0; i < changes && !lines.empty(); ++i) {
    if (below(random, 5) == 0) {
      mutate_line(lines, random);
    } else {
      mutate_field(lines, random);
    }
  }
  return text_of(lines);
}

// ---- what native makes of them ----

struct Refused {
  std::string message;
};

void check(int32_t status, const nc_error& error) {
  if (status == 0) return;
  if (error.code < NC_ERROR_ARGUMENT || error.code > NC_ERROR_MEMORY || error.message[0] == '\0') {
    std::cerr << "code " << error.code << ": " << error.message << "\n";
    _exit(kWrong);
  }
  throw Refused{error.message};
}

template <typename Function, typename... Arguments>
void call(Function function, const Arguments&... arguments) {
  nc_error error{};
  check(function(arguments..., &error), error);
}

// The numbers of the line that begins with `word`, after `key`.
std::vector<int64_t> numbers_of(const std::string& plan, const std::string& word, const std::string& key) {
  for (const std::string& line : lines_of(plan)) {
    const size_t at = line.find(" " + key + "=");
    if (line.rfind(word + " ", 0) != 0 || at == std::string::npos) continue;
    std::vector<int64_t> numbers;
    std::istringstream parts(line.substr(at + key.size() + 2));
    for (std::string part; std::getline(parts, part, ',');) numbers.push_back(std::strtoll(part.c_str(), nullptr, 10));
    return numbers;
  }
  return {};
}

struct Handles {
  Handles() = default;
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;
  ~Handles() {
    nc_error error{};
    nc_trainer_free(trainer, &error);
    nc_images_free(images, &error);
    nc_network_free(network, &error);
  }

  nc_network* network = nullptr;
  nc_images* images = nullptr;
  nc_trainer* trainer = nullptr;
};

const std::string kRecipe =
    "compute activations=float64 graphs=1\n"
    "loss kind=cross_entropy label_smoothing=0\n"
    "optimizer kind=sgd momentum=0.9 nesterov=0\n"
    "group parameters=all weight_decay=0.001\n";
const std::vector<std::string> kRecipes = {
    kRecipe, kRecipe + "augment kind=crop_flip padding=1\n",
    "optimizer kind=sgdw momentum=0.5 nesterov=1\nloss kind=focal gamma=2\ncompute activations=float64 graphs=0\n"
    "group parameters=weights weight_decay=0.01\ngroup parameters=others weight_decay=0\n",
    "compute activations=float64 graphs=1\nloss kind=mse scale=3 target=2\n"
    "optimizer kind=adam beta1=0.9 beta2=0.999 eps=1e-8\ngroup parameters=all weight_decay=0\n",
    "compute activations=float64 graphs=1\nloss kind=cross_entropy label_smoothing=0.1\n"
    "optimizer kind=adamw beta1=0.5 beta2=0.9 eps=1e-4\ngroup parameters=all weight_decay=0.1\npenalty features=0.5\n",
    "compute activations=float64 graphs=1\nloss kind=cross_entropy label_smoothing=0\n"
    "optimizer kind=muon momentum=0.9 nesterov=1 adjust=original on=hidden others_rate=0.1 beta1=0.5 beta2=0.9 eps=1e-4\n"
    "group parameters=all weight_decay=0.1\n"};
const std::string kReads = "loss kind=cross_entropy label_smoothing=0\nread value=feature form=flattened\n";
const std::vector<std::string> kAllReads = {
    kReads, "read value=1 form=pooled\nloss kind=mse scale=1 target=1\nread value=0 form=flattened\n",
    "loss kind=focal gamma=0.5\nread value=logits form=pooled\nread value=2 form=flattened\nread value=2 form=pooled\n"};

// Network, images of noise and a trainer, with every buffer of exactly the size that is said.
struct Engine : Handles {
  explicit Engine(const std::string& plan, const std::string& recipe = kRecipe)
      : augments(recipe.find("augment ") != std::string::npos) {
    call(nc_network_create, plan.data(), plan.size(), "cpu", 3, NC_FLOAT64, &network);
    call(nc_network_initialise, network, uint64_t{1});
    const auto shape = numbers_of(plan, "input", "shape");
    const int32_t classes = static_cast<int32_t>(numbers_of(plan, "output", "classes").at(0));
    const size_t size = static_cast<size_t>(shape.at(0) * shape.at(1) * shape.at(2));
    if (size > 100'000 || classes > 1000) throw Refused{"larger than a test is"};
    Random random(7);
    std::vector<uint8_t> pixels(kImages * size);
    for (uint8_t& pixel : pixels) pixel = static_cast<uint8_t>(random());
    std::vector<int32_t> labels(kImages);
    for (int32_t& label : labels) label = static_cast<int32_t>(below(random, static_cast<size_t>(classes)));
    const std::vector<double> mean(static_cast<size_t>(shape[0]), 0.5), std(mean.size(), 0.25);
    const uint64_t channel_bytes = mean.size() * sizeof(double);
    call(nc_images_create, pixels.data(), uint64_t{pixels.size()}, labels.data(), uint64_t{labels.size()},
         static_cast<int32_t>(shape[0]), static_cast<int32_t>(shape[1]), static_cast<int32_t>(shape[2]), classes,
         mean.data(), channel_bytes, std.data(), channel_bytes, "cpu", uint64_t{3}, &images);
    call(nc_trainer_create, network, images, recipe.data(), uint64_t{recipe.size()}, &trainer);
  }

  const bool augments;

  double step() {
    const std::vector<int64_t> order = {2, 0, 1};
    std::vector<double> totals(3);
    uint64_t done = 0;
    const std::vector<int64_t> ways = {0, 17, 5};
    const size_t count = augments ? ways.size() : 0;
    call(nc_trainer_run, trainer, order.data(), uint64_t{order.size()}, augments ? ways.data() : nullptr,
         uint64_t{count}, int32_t{kImages}, uint64_t{0}, uint64_t{1}, 1e-3, totals.data(),
         totals.size() * sizeof(double), &done);
    call(nc_trainer_flush, trainer);
    return totals[0];
  }

  // The loss, and the sum of all values that are read, kept or computed again.
  double evaluate(const std::string& reads = kReads, bool kept = true) {
    std::vector<double> totals(3);
    size_t lines = 0;
    for (const std::string& line : lines_of(reads)) lines += line.rfind("read ", 0) == 0;
    std::vector<nc_features*> features(lines);
    call(nc_features_extract, network, images, reads.data(), uint64_t{reads.size()}, int32_t{2},
         kept ? uint64_t{1} << 30 : uint64_t{0}, totals.data(), totals.size() * sizeof(double), features.data(),
         uint64_t{lines});
    double sum = totals[0];
    for (nc_features* each : features) {
      std::vector<int64_t> shape(4);
      call(nc_features_shape, each, shape.data(), shape.size() * sizeof(int64_t));
      std::vector<double> values(static_cast<size_t>(shape[0] * shape[1]));
      std::vector<int32_t> labels(static_cast<size_t>(shape[0]));
      call(nc_features_read, each, uint64_t{0}, uint64_t{kImages}, values.data(), values.size() * sizeof(double),
           labels.data(), labels.size() * sizeof(int32_t));
      for (const double value : values) sum += value;
      call(nc_features_free, each);
    }
    return sum;
  }
};

bool near(double a, double b) {
  // What overflows on its way may do so in one form and not in another.
  if (!(std::abs(a) < 1e60 && std::abs(b) < 1e60)) return true;
  return std::abs(a - b) <= 1e-6 * (std::abs(a) + std::abs(b)) + 1e-9;
}

// A plan that is accepted computes the same as with all convolutions left to libtorch: before and after a step.
int answer_to_plan(const std::string& plan) {
  Engine engine(plan), plain(std::regex_replace(plan, kForm, "form=direct"));
  const double numbers[] = {engine.step(), engine.evaluate(), engine.step()};
  const double expected[] = {plain.step(), plain.evaluate(), plain.step()};
  for (int i = 0; i < 3; ++i) {
    if (near(numbers[i], expected[i])) continue;
    std::cerr << "expected " << expected[i] << ", found " << numbers[i] << " for\n" << plan;
    return kWrong;
  }
  return kRight;
}

// A recipe that is accepted does the same twice, to the bit.
int answer_to_recipe(const std::string& plan, const std::string& recipe) {
  Engine engine(plan, recipe), again(plan, recipe);
  const double numbers[] = {engine.step(), engine.evaluate(), engine.step()};
  const double expected[] = {again.step(), again.evaluate(), again.step()};
  return std::memcmp(numbers, expected, sizeof numbers) == 0 ? kRight : kWrong;
}

// Reads that are accepted give the same whether the values are kept or computed again.
int answer_to_reads(const std::string& plan, const std::string& reads) {
  Engine engine(plan);
  return near(engine.evaluate(reads, true), engine.evaluate(reads, false)) ? kRight : kWrong;
}

// ---- states ----

struct Entry {
  std::string name;
  std::vector<char> bytes;
  bool counts;
};

const std::vector<double> kValues = {0, -0.0, 1, -1, 1e308, -1e308, 1e-308, INFINITY, -INFINITY, NAN, 0.5, 3};

void mutate_values(std::vector<char>& bytes, bool counter, Random& random) {
  if (bytes.size() < sizeof(double)) return;
  const size_t at = below(random, bytes.size() / sizeof(double)) * sizeof(double);
  const double value = one_of(random, kValues);
  const uint64_t count = below(random, 2) == 0 ? random() : one_of<uint64_t>(random, {0, 1, UINT64_MAX, INT64_MAX});
  std::memcpy(bytes.data() + at, counter ? static_cast<const void*>(&count) : &value, sizeof value);
}

// Whether the sizes and the name are still right.
bool mutate_entry(Entry& entry, Random& random) {
  switch (below(random, 4)) {
    case 0:
      entry.bytes.resize(below(random, 2 * entry.bytes.size() + 9));
      return false;
    case 1:
      entry.bytes.resize(entry.bytes.size() + (below(random, 2) == 0 ? 1 : sizeof(double)));
      return false;
    case 2:
      entry.name[below(random, entry.name.size())] = static_cast<char>(random());
      return false;
    default:
      mutate_values(entry.bytes, entry.counts, random);
      return true;
  }
}

// The entries of a trainer's state, as it lists them.
std::vector<Entry> entries_of(nc_trainer* trainer) {
  uint64_t needed = 0;
  call(nc_trainer_state, trainer, nullptr, uint64_t{0}, &needed);
  std::string text(needed, ' ');
  call(nc_trainer_state, trainer, text.data(), needed, &needed);
  text.pop_back();
  std::vector<Entry> entries;
  for (const std::string& line : lines_of(text)) {
    std::smatch name;
    if (!std::regex_search(line, name, std::regex(R"( name=(\S+))"))) throw Refused{"an entry without a name"};
    size_t size = line.find("type=float32") == std::string::npos ? sizeof(double) : sizeof(float);
    for (const int64_t length : numbers_of(line, "entry", "shape")) size *= static_cast<size_t>(length);
    entries.push_back({name[1], std::vector<char>(size), line.find("type=int64") != std::string::npos});
  }
  return entries;
}

// One write with what was read before, one thing of it changed; then a step, and all is read back.
int answer_to_state(const std::string& plan, const std::string& recipe, Random& random) {
  Engine engine(plan, recipe);
  engine.step();
  const std::vector<Entry> entries = entries_of(engine.trainer);
  Entry entry = one_of(random, entries);
  const size_t size = entry.bytes.size();
  const auto get = [&](Entry& into) {
    call(nc_trainer_read, engine.trainer, into.name.data(), uint64_t{into.name.size()}, into.bytes.data(),
         uint64_t{into.bytes.size()});
  };
  get(entry);
  const bool fits = mutate_entry(entry, random);
  call(nc_trainer_write, engine.trainer, entry.name.data(), uint64_t{entry.name.size()}, entry.bytes.data(),
       uint64_t{entry.bytes.size()});
  Entry again{entry.name, std::vector<char>(entry.bytes.size()), entry.counts};
  get(again);
  // A length that happens to be the old one, and a name that happens to be another's, are accepted.
  if (std::memcmp(again.bytes.data(), entry.bytes.data(), entry.bytes.size()) != 0) return kWrong;
  if (!fits && entry.bytes.size() != size) return kWrong;
  engine.step();
  engine.evaluate();
  return kRight;
}

// ---- cases ----

int answer(const std::string& kind, const std::vector<std::string>& plans, uint64_t seed, uint64_t number) {
  Random random(seed * 1'000'003 + number);
  const std::string& plan = one_of(random, plans);
  try {
    const std::string &recipe = one_of(random, kRecipes), &reads = one_of(random, kAllReads);
    if (kind == "plans") return answer_to_plan(mutated(plan, random));
    if (kind == "recipes") return answer_to_recipe(plan, mutated(recipe, random));
    if (kind == "reads") return answer_to_reads(plan, mutated(reads, random));
    return answer_to_state(plan, recipe, random);
  } catch (const Refused&) {
    return kRefused;
  }
}

struct Answers {
  std::vector<int> given;  // of the first cases
  int status = 0;          // of the process: where it is not 0, the case after these ended it
};

// Cases first to last − 1 in a process that was forked before anything of libtorch runs in this one.
Answers in_process(const std::string& kind, const std::vector<std::string>& plans, uint64_t seed, uint64_t first,
                   uint64_t last) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
  const pid_t child = fork();
  if (child == 0) {
#ifndef __SANITIZE_ADDRESS__
    const rlimit memory = {rlim_t{8} << 30, rlim_t{8} << 30};
    setrlimit(RLIMIT_AS, &memory);
#endif
    nc_error error{};
    nc_set_threads(1, &error);
    for (uint64_t number = first; number < last; ++number) {
      alarm(kSecondsACase);
      const char byte = static_cast<char>(answer(kind, plans, seed, number));
      int64_t alive = 0;
      nc_live_handles(&alive, &error);
      if (alive != 0 || write(ends[1], &byte, 1) != 1) _exit(kWrong);
    }
    _exit(0);
  }
  close(ends[1]);
  Answers answers;
  for (char byte = 0; read(ends[0], &byte, 1) == 1;) answers.given.push_back(byte);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  answers.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return answers;
}

}  // namespace

int main(int count_of_arguments, char** arguments) {
  if (count_of_arguments < 6) {
    std::cerr << "expected plans|recipes|reads|states SEED FIRST COUNT PLAN...\n";
    return 2;
  }
  const std::string kind = arguments[1];
  const uint64_t seed = std::stoull(arguments[2]), first = std::stoull(arguments[3]), count = std::stoull(arguments[4]);
  std::vector<std::string> plans;
  for (int i = 5; i < count_of_arguments; ++i) {
    std::ostringstream text;
    text << std::ifstream(arguments[i]).rdbuf();
    plans.push_back(text.str());
  }
  uint64_t refused = 0, right = 0;
  const auto report = [&](uint64_t number, int status) {
    std::cout << "case " << number << " of " << kind << " ended with " << status << "\n" << std::flush;
  };
  for (uint64_t number = first; number < first + count;) {
    const auto [given, status] =
        in_process(kind, plans, seed, number, std::min(number + kCasesAProcess, first + count));
    for (const int each : given) {
      refused += each == kRefused;
      right += each == kRight;
      if (each != kRefused && each != kRight) report(number, each);
      ++number;
    }
    if (status != 0) report(number++, status);
  }
  std::cout << "refused=" << refused << " right=" << right << " other=" << count - refused - right << "\n";
  return refused + right == count ? 0 : 1;
}
