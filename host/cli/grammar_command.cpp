#include "host/cli/grammar_command.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>

#include "host/base/start_error.h"
#include "host/cli/check_command.h"
#include "host/cli/grammar_tools.h"
#include "host/cli/texts.h"
#include "host/decode/forced_run.h"

namespace sr::host {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw StartError(path + " cannot be read");
  return text.str();
}

// "sql=sql.gbnf"; a schema's file ends with .json.
NamedGrammar named_of(const std::string& given) {
  const auto equals = given.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw StartError("--named needs NAME=FILE, not " + given);
  }
  const auto file = given.substr(equals + 1);
  const bool schema = std::filesystem::path(file).extension() == ".json";
  return {given.substr(0, equals), schema ? "json_schema" : "grammar", read_file(file)};
}

GrammarSource source_of(const GrammarCheckArgs& args) {
  const bool schema = !args.schema.empty();
  GrammarSource source{schema ? "json_schema" : "grammar",
                       read_file(schema ? args.schema : args.grammar), {}};
  for (const auto& given : args.named) source.named.push_back(named_of(given));
  return source;
}

// "command=Call Ada": several of one name are its texts.
std::vector<SlotTexts> slots_of(const std::vector<std::string>& given) {
  std::vector<SlotTexts> out;
  for (const auto& one : given) {
    const auto equals = one.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw StartError("--slot needs NAME=TEXT, not " + one);
    }
    const auto name = one.substr(0, equals);
    auto at = std::find_if(out.begin(), out.end(), [&](const auto& s) { return s.name == name; });
    if (at == out.end()) at = out.insert(at, SlotTexts{name, {}});
    at->texts.push_back(one.substr(equals + 1));
  }
  return out;
}

GrammarTools::Setup setup_of(const GrammarCheckArgs& args, std::vector<std::string> warn) {
  GrammarTools::Setup setup{args.tokenizer, {}, args.search};
  OptionInput whitespace, list;
  whitespace.name = "whitespace";
  whitespace.text = args.flexible ? "flexible" : "compact";
  list.name = "warn";
  list.is_list = true;
  list.items = std::move(warn);
  setup.options = {whitespace, list};
  return setup;
}

// The line of the text that holds the byte, and a caret below it.
void print_place(const std::string& text, std::size_t at, std::ostream& out) {
  const auto before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  const auto start = before == std::string::npos ? 0 : before + 1;
  std::string line = text.substr(start, std::min(text.find('\n', at), text.size()) - start), caret;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (byte < 0x20 || byte == 0x7F) line[i] = ' ';
    if (start + i < at && (byte & 0xC0) != 0x80) caret += ' ';
  }
  out << "  " << line << "\n  " << caret << "^\n";
}

class Checker {
 public:
  Checker(GrammarTools& tools, const GrammarSource& source, std::vector<SlotTexts> slots)
      : tools_(tools),
        slots_(std::move(slots)),
        by_byte_(or_start_error(tools.constrainer().compile(source, byte_vocabulary()))) {
    const auto* tokenizer = tools.tokenizer();
    if (tokenizer == nullptr) return;
    by_token_ = or_start_error(tools.constrainer().compile(source, tokenizer->vocabulary()));
    runs_.emplace(*tokenizer);
  }

  bool check(const std::string& text, std::ostream& out) {
    auto matcher = or_start_error(by_byte_->open(slots_));
    const auto refuse = [&](std::size_t at, const char* where) {
      out << "refused at byte " << at << where << ": " << matcher.explain() << "\n";
      print_place(text, at, out);
      return false;
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (!matcher.accept(static_cast<unsigned char>(text[at]))) return refuse(at, "");
    }
    if (matcher.status() == SR_MATCH_OPEN) return refuse(text.size(), ", its end");
    out << "accepted: " << text << "\n";
    if (by_token_ != nullptr) print_tokens(text, out);
    return true;
  }

 private:
  void print_tokens(const std::string& text, std::ostream& out) {
    const auto tokens = or_start_error(tools_.tokenizer()->tokenize(text, /*specials=*/false));
    out << "  " << tokens.size() << " tokens, of which a model chooses "
        << chosen_tokens(*by_token_, *runs_, tokens, slots_) << "\n";
  }

  GrammarTools& tools_;
  const std::vector<SlotTexts> slots_;
  std::shared_ptr<GrammarRef> by_byte_, by_token_;
  std::optional<ForcedRuns> runs_;
};

}  // namespace

void add_grammar_check(CLI::App& command, GrammarCheckArgs& args) {
  auto* schema = command.add_option("--schema", args.schema, "A JSON Schema's file");
  auto* grammar = command.add_option("--grammar", args.grammar, "A GBNF grammar's file");
  schema->excludes(grammar);
  add_texts(command, "--named", args.named, "NAME=FILE: a grammar that may be referred to");
  add_texts(command, "--slot", args.slots, "NAME=TEXT: a text for the slots of this name");
  command.add_option("--tokenizer", args.tokenizer, "A tokenizer.json: also count tokens");
  add_texts(command, "--warn", args.warn, "A keyword that may be left out");
  command.add_flag("--flexible", args.flexible, "White space between the parts of JSON");
  add_texts(command, "--search", args.search, "A further directory with plugins");
  add_texts(command, "texts", args.texts, "Texts to check");
}

int grammar_check(const GrammarCheckArgs& args, std::ostream& out, std::ostream& err) {
  if (args.schema.empty() == args.grammar.empty()) {
    err << "state-runtime grammar check: --schema FILE or --grammar FILE is needed\n";
    return 2;
  }
  const auto source = source_of(args);
  const auto& file = args.schema.empty() ? args.grammar : args.schema;
  GrammarTools tools(setup_of(args, args.warn));
  if (auto made = tools.constrainer().compile(source, byte_vocabulary()); !made) {
    // Is it only that keywords cannot be enforced? Then all of them are told.
    GrammarTools lenient(setup_of(args, {"*"}));
    const bool only_keywords = lenient.constrainer().compile(source, byte_vocabulary()).ok();
    if (!only_keywords) {
      err << file << ": " << made.error().what << "\n";
      return kExitConfig;
    }
    out << file << " cannot be enforced as it is:\n";
    for (const auto& keyword : lenient.take_log()) out << "  " << keyword << "\n";
    return 1;
  }
  for (const auto& warning : tools.take_log()) out << "warning: " << warning << "\n";
  out << file << " can be enforced\n";
  Checker checker(tools, source, slots_of(args.slots));
  bool all = true;
  for (const auto& text : args.texts) all = checker.check(text, out) && all;
  return all ? 0 : 1;
}

}  // namespace sr::host
