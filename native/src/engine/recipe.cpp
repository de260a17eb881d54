#include "engine/recipe.h"

#include <limits>

namespace nc {
namespace {

const std::map<std::string, at::ScalarType> kTypes = {
    {"bfloat16", at::kBFloat16}, {"float32", at::kFloat}, {"float64", at::kDouble}};

const std::map<std::string, Group::Of> kParameters = {
    {"all", Group::Of::all}, {"weights", Group::Of::weights}, {"others", Group::Of::others}};

Group parse_group(Line& line) {
  const Group::Of of = line.one_of(kParameters, line.take("parameters"), "one choice of parameters");
  return {of, line.take_number("weight_decay", 0, std::numeric_limits<float>::max())};
}

}  // namespace

Recipe parse_recipe(std::string_view text) {
  Recipe recipe{};
  std::map<std::string, int> words;
  for (Line& line : lines_of("trainer", text)) {
    const std::string& word = line.word();
    if (word == "compute") {
      recipe.activations = line.one_of(kTypes, line.take("activations"), "one type");
      recipe.graphs = line.take_flag("graphs");
    } else if (word == "augment") {
      recipe.augmentation = parse_augmentation(line);
    } else if (word == "loss") {
      recipe.loss = parse_loss(line);
    } else if (word == "optimizer") {
      recipe.optimizer = parse_optimizer(line);
    } else if (word == "group") {
      recipe.groups.push_back(parse_group(line));
    } else if (word == "penalty") {
      recipe.feature_decay = line.take_number("features", 0, std::numeric_limits<float>::max());
    } else {
      refuse("trainer: expected one word of augment, compute, group, loss, optimizer, penalty, found '", word, "' in '",
             line.text(), "'");
    }
    line.done();
    require(++words[word] == 1 || word == "group", "trainer: expected one ", word, ", found another: '", line.text(),
            "'");
  }
  for (const char* word : {"compute", "group", "loss", "optimizer"}) {
    require(words.count(word) > 0, "trainer: expected a line that begins with '", word, "', found none");
  }
  return recipe;
}

}  // namespace nc
