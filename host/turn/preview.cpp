#include "host/turn/preview.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "host/session/bindings.h"

namespace sr::host {
namespace {

constexpr std::string_view kBegins = R"({"kind":"manifest","components":[)";
constexpr int kInsideComponent = 3;  // the object, its array, the component
// What is decoded sooner than this needs no preview.
constexpr double kAfterMs = 100;

// The component as the view would show it; nothing when its queries may not run, or take long.
std::optional<Json> filled(Engine& engine, const sql::Sources& sources, const Json& component,
                           LoadedStore& store) {
  Json manifest;
  manifest["components"] = Json::array({component});
  auto planned = plan_bindings(engine.app, engine.guard.held_to(sources), manifest);
  auto* bindings = std::get_if<std::vector<Binding>>(&planned);
  if (bindings == nullptr) return std::nullopt;
  auto view = unfilled_view(engine.app, engine.guard.catalog(), manifest);
  auto transaction = store.begin(/*write=*/false);
  if (!transaction) return std::nullopt;
  const auto every = [](const Binding&) { return true; };
  Answers answers(*transaction, {}, StorePool::kQuick);
  if (!fill(answers, *bindings, every, view)) return std::nullopt;
  return view["components"][0];
}

Json operation(const char* op, const char* path, Json value) {
  Json out;
  out["op"] = op;
  out["path"] = path;
  out["value"] = std::move(value);
  return Json::array({std::move(out)});
}

}  // namespace

std::vector<Json> ManifestStream::take(std::string_view text) {
  std::vector<Json> closed;
  if (!text.starts_with(kBegins)) return closed;
  for (; at_ < text.size(); ++at_) {
    const char c = text[at_];
    if (in_string_) {
      if (c == '\\') {
        if (at_ + 1 == text.size()) break;  // what is escaped comes with the next call
        ++at_;
      } else if (c == '"') {
        in_string_ = false;
      }
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      if (++depth_ == kInsideComponent && c == '{') start_ = at_;
    } else if (c == '}' || c == ']') {
      if (depth_-- != kInsideComponent || c != '}') continue;
      auto component = Json::parse(text.substr(start_, at_ + 1 - start_), nullptr, false);
      if (component.is_object()) closed.push_back(std::move(component));
    }
  }
  return closed;
}

void Preview::progress(std::string_view text) {
  if (ms_since(began_) < kAfterMs) return;
  auto closed = stream_.take(text);
  if (closed.empty()) return;
  asio::post(executor_, [self = shared_from_this(), closed = std::move(closed)]() mutable {
    self->add(std::move(closed));
  });
}

void Preview::add(std::vector<Json> components) {
  if (over_) return;
  std::move(components.begin(), components.end(), std::back_inserter(waiting_));
  if (running_) return;
  running_ = true;
  asio::co_spawn(executor_, run(shared_from_this()), asio::detached);
}

Async<void> Preview::run(std::shared_ptr<Preview> /*kept alive by this*/) {
  while (!waiting_.empty() && !over_) {
    const Json component = std::move(waiting_.front());
    waiting_.pop_front();
    auto done = co_await engine_.facts.fill(
        party_, [this, &component](LoadedStore& store) {
          return filled(engine_, *sources_, component, store);
        });
    if (!done || over_) continue;
    if (std::exchange(first_, false)) {
      show_(operation("replace", "/components", Json::array({*done})));
    } else {
      show_(operation("add", "/components/-", *done));
    }
  }
  running_ = false;
}

}  // namespace sr::host
