#include "host/cli/texts.h"

#include <memory>

namespace sr::host {

CLI::Option* add_texts(CLI::App& command, const std::string& name, std::vector<std::string>& into,
                       const std::string& about) {
  const auto self = std::make_shared<CLI::Option*>(nullptr);
  const auto take = [self, &into](const CLI::results_t&) {
    into = (*self)->results();  // what the parameter holds has been read already
    return true;
  };
  auto* const option = command.add_option(name, take, about);
  *self = option;
  // A positional argument without extra ones gets what it still lacks of the least number.
  constexpr int kAny = CLI::detail::expected_max_vector_size;
  option->type_name("TEXT")->take_all()->expected(name.starts_with('-') ? 1 : kAny, kAny);
  return option->allow_extra_args(false);
}

}  // namespace sr::host
