#include "host/cli/cases/spoken_player.h"

#include <algorithm>
#include <fstream>

#include "host/base/clock.h"
#include "host/base/start_error.h"
#include "host/cli/cases/runner.h"
#include "host/sql/names.h"
#include "host/sql/spoken/names.h"

namespace sr::host {
namespace {

// Sessions whose talk is over are let go at once.
constexpr std::uint64_t kSessions = 4;
// What is right must not depend on how busy the machine is.
constexpr std::uint64_t kTurnTimeoutMs = 120'000;

bool any_effect(const SpokenTurn& turn, std::initializer_list<Effect::Kind> kinds) {
  return std::any_of(turn.effects.begin(), turn.effects.end(), [&](const Effect& effect) {
    return std::find(kinds.begin(), kinds.end(), effect.kind) != kinds.end();
  });
}

// A page sends columns by the names that it shows; the file has those of the schema.
Json as_shown(const Json& values, const std::vector<Column>& catalog) {
  if (!values.is_object()) return values;
  Json out = Json::object();
  for (const auto& [name, value] : values.items()) {
    const auto column = std::find_if(catalog.begin(), catalog.end(), [&](const Column& c) {
      return sql::same_name(c.name_in_store(), name);
    });
    out[column == catalog.end() ? name : column->name] = value;
  }
  return out;
}

class TalkPlayer {
 public:
  TalkPlayer(Stage& stage, const std::vector<Column>& catalog, FactsKeeper& facts,
             const Facts& seed)
      : stage_(stage), catalog_(catalog), facts_(facts), now_(seed), player_(stage) {}
  ~TalkPlayer() { player_.leave(); }

  PlayedTalk play(const Talk& talk) {
    PlayedTalk out;
    for (const auto& turn : talk) out.push_back(play(turn));
    return out;
  }
  const Facts& facts() const { return now_; }

 private:
  PlayedTurn play(const SpokenTurn& turn) {
    auto trouble = go_to(turn.on);
    Happened happened;
    happened.before = now_;
    happened.view_before = player_.view();
    std::vector<Wanted> wanted;
    for (const auto& effect : turn.effects) {
      wanted.push_back(wanted_of(effect, facts_, before_.empty() ? nullptr : &before_.back()));
    }
    const auto seq = last_seq(stage_.store(), player_.session());
    const auto start = Clock::now();
    happened.reply = trouble.empty() ? player_.play(sent(turn.event)) : Reply{};
    PlayedTurn out;
    out.ms = ms_since(start);
    if (!trouble.empty()) happened.reply.trouble = std::move(trouble);
    happened.answered = answered_since(stage_.store(), player_.session(), seq);
    // Who asks for a change means it.
    if (happened.reply.trouble.empty()) player_.apply(turn.event, happened.reply);
    happened.view = player_.view();
    happened.after = now_ = facts_.read();

    out.turn = &turn;
    out.verdict = judge(wanted, happened, facts_, stage_.app());
    out.wrote = happened.before != happened.after;
    const bool taken_back =
        !before_.empty() && now_ == before_.back() && any_effect(turn, {Effect::Kind::kUndo});
    if (taken_back) {
      before_.pop_back();
    } else if (out.wrote) {
      before_.push_back(std::move(happened.before));
    }
    out.answered = std::move(happened.answered);
    out.error = happened.reply.error;
    out.message = happened.reply.error_message;
    out.must_not_write = !any_effect(turn, {Effect::Kind::kDo, Effect::Kind::kUndo});
    out.must_not_refuse = !any_effect(turn, {Effect::Kind::kRefuse, Effect::Kind::kChoose});
    return out;
  }

  // What a declared action's own SQL asks for is called as it stands there.
  CaseStep sent(const CaseStep& event) const {
    auto out = event;
    const auto* action = stage_.app().action(event.payload.value("user_action", ""));
    const bool by_app = action != nullptr && !action->statements.empty();
    if (event.event == CaseStep::Event::kClick && !by_app)
      out.payload = as_shown(event.payload, catalog_);
    if (event.event == CaseStep::Event::kSubmit)
      out.payload["values"] = as_shown(event.payload["values"], catalog_);
    return out;
  }

  // A new session stands on home.
  std::string go_to(const std::string& screen) {
    if (player_.session().empty()) {
      const auto reply = player_.play(CaseStep{});
      if (!reply.trouble.empty() || !reply.error.empty())
        return reply.trouble + reply.error_message;
    }
    if (screen.empty()) return {};
    CaseStep ask;
    ask.event = CaseStep::Event::kScreen;
    ask.payload = {{"screen", screen}};
    const auto reply = player_.play(ask);
    return reply.trouble + reply.error_message;
  }

  Stage& stage_;
  const std::vector<Column>& catalog_;
  FactsKeeper& facts_;
  Facts now_;
  std::vector<Facts> before_;  // each change of this session that was not taken back
  Player player_;
};

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw StartError("[eval] " + file.string() + " cannot be written");
}

}  // namespace

std::vector<PlayedTalk> play_spoken(const SpokenApp& spoken,
                                    const std::filesystem::path& deployment,
                                    const std::vector<std::string>& overrides,
                                    const std::filesystem::path& folder,
                                    const PluginSource& plugins) {
  std::vector<PlayedTalk> out;
  std::filesystem::create_directories(folder);
  write(folder / "schema.sql", spoken.schema);
  write(folder / "seed.sql", spoken.seed);
  const auto adapt = [&](CheckedDeployment& checked) {
    checked.app = spoken.app;
    checked.app.schema = folder / "schema.sql";
    checked.app.seed = folder / "seed.sql";
    for (auto& [kind, route] : checked.app.routes) {
      route.timeout_ms = std::max(route.timeout_ms, kTurnTimeoutMs);
    }
    checked.deployment.limits.sessions = kSessions;
  };
  try {
    with_stage(
        deployment, overrides, folder,
        [&](Stage& stage, Player&) {
          auto stored = stage.store().catalog();
          if (!stored) throw StartError("[eval] " + stored.error().what);
          const auto catalog = sql::spoken(std::move(*stored), stage.app().speak);
          FactsKeeper facts(stage.store(), spoken.seed);
          const auto seed = facts.read();
          for (const auto& talk : spoken.talks) {
            TalkPlayer player(stage, catalog, facts, seed);
            out.push_back(player.play(talk));
            if (player.facts() != seed) facts.put_back();
          }
        },
        plugins, adapt);
  } catch (const StartError& error) {
    throw StartError(config::text_of(spoken.at) + "app " + spoken.app.name + ": " + error.what());
  }
  return out;
}

}  // namespace sr::host
