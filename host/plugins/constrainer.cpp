#include "host/plugins/constrainer.h"

#include <utility>

#include "host/plugins/interfaces.h"

namespace sr::host {
namespace {

Error made_nothing(const Instance& instance, const char* call, const char* what) {
  return {SR_INTERNAL,
          instance.label(),
          std::string(call) + "() reported success but gave no " + what +
              "; this is a defect of the plugin",
          {}};
}

}  // namespace

MatcherRef::MatcherRef(std::shared_ptr<Instance> instance, sr_matcher* matcher)
    : instance_(std::move(instance)),
      table_(table_of<sr_constrainer>(*instance_)),
      matcher_(matcher) {}

MatcherRef::~MatcherRef() {
  if (matcher_ != nullptr) table_->close(instance_->get(), matcher_);
}

MatcherRef::MatcherRef(MatcherRef&& other) noexcept
    : instance_(std::move(other.instance_)),
      table_(other.table_),
      matcher_(std::exchange(other.matcher_, nullptr)) {}

MatcherRef& MatcherRef::operator=(MatcherRef&& other) noexcept {
  std::swap(instance_, other.instance_);
  std::swap(table_, other.table_);
  std::swap(matcher_, other.matcher_);
  return *this;
}

Result<MatcherRef> MatcherRef::fork() const {
  AbiError error;
  sr_matcher* made = nullptr;
  const auto code = table_->fork(instance_->get(), matcher_, &made, &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  if (made == nullptr) return made_nothing(*instance_, "fork", "matcher");
  return MatcherRef(instance_, made);
}

Status MatcherRef::fill_mask(std::span<std::uint32_t> mask) {
  AbiError error;
  const auto code = table_->fill_mask(instance_->get(), matcher_, mask.data(), mask.size(), &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return {};
}

Status MatcherRef::accept(std::int32_t token) {
  AbiError error;
  const auto code = table_->accept(instance_->get(), matcher_, token, &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return {};
}

std::size_t MatcherRef::forced(std::span<std::uint8_t> bytes) {
  return table_->forced(instance_->get(), matcher_, bytes.data(), bytes.size());
}

Status MatcherRef::rollback(std::size_t count) {
  AbiError error;
  const auto code = table_->rollback(instance_->get(), matcher_, count, &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return {};
}

std::int32_t MatcherRef::status() { return table_->status(instance_->get(), matcher_); }

std::string MatcherRef::explain() {
  std::string text(512, '\0');
  for (;;) {
    const auto length = table_->explain(instance_->get(), matcher_, text.data(), text.size());
    const bool fits = length <= text.size();
    text.resize(length);
    if (fits) return text;
  }
}

GrammarRef::GrammarRef(std::shared_ptr<Instance> instance, sr_grammar* grammar)
    : instance_(std::move(instance)),
      table_(table_of<sr_constrainer>(*instance_)),
      grammar_(grammar) {}

GrammarRef::~GrammarRef() { table_->release(instance_->get(), grammar_); }

Result<MatcherRef> GrammarRef::open(std::span<const SlotTexts> slots) const {
  AbiError error;
  sr_matcher* made = nullptr;
  sr_code code = SR_OK;
  if (slots.empty()) {
    code = table_->open(instance_->get(), grammar_, &made, &error);
  } else {
    if (!SR_HAS(table_, open_with) || table_->open_with == nullptr) {
      return unsupported(*instance_, "open_with");
    }
    std::size_t count = 0;
    for (const auto& slot : slots) count += slot.texts.size();
    std::vector<sr_str> texts;
    texts.reserve(count);  // what is given points into it
    std::vector<sr_slot_texts> given;
    given.reserve(slots.size());
    for (const auto& slot : slots) {
      given.push_back({str(slot.name), texts.data() + texts.size(), slot.texts.size()});
      for (const auto& text : slot.texts) texts.push_back(str(text));
    }
    code = table_->open_with(instance_->get(), grammar_, given.data(), given.size(), &made, &error);
  }
  if (code != SR_OK) return error.error(code, instance_->label());
  if (made == nullptr) {
    return made_nothing(*instance_, slots.empty() ? "open" : "open_with", "matcher");
  }
  return MatcherRef(instance_, made);
}

LoadedConstrainer::LoadedConstrainer(std::shared_ptr<Instance> instance)
    : instance_(std::move(instance)), table_(table_of<sr_constrainer>(*instance_)) {}

Result<std::shared_ptr<GrammarRef>> LoadedConstrainer::compile(const GrammarSource& source,
                                                               const sr_vocabulary& vocabulary) {
  std::vector<sr_named_grammar> named;
  named.reserve(source.named.size());
  for (const auto& n : source.named) named.push_back({str(n.name), str(n.kind), str(n.text)});
  const sr_grammar_source raw{sizeof raw, str(source.kind), str(source.text), named.data(),
                              named.size()};
  AbiError error;
  sr_grammar* made = nullptr;
  const auto code = table_->compile(instance_->get(), &raw, &vocabulary, &made, &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  if (made == nullptr) return made_nothing(*instance_, "compile", "grammar");
  return std::make_shared<GrammarRef>(instance_, made);
}

}  // namespace sr::host
