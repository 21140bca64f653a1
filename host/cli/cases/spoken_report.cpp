#include "host/cli/cases/spoken_report.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <ostream>

#include "host/cli/cases/kinds.h"

namespace sr::host {
namespace {

bool is_refusal(const PlayedTurn& played) {
  return played.error == "refused" || played.error == "not_allowed";
}

// As wide as people see it: continuation bytes of UTF-8 take no room.
std::string padded(const std::string& text, std::size_t width) {
  const auto seen = static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
  return text + std::string(width > seen ? width - seen : 1, ' ');
}

constexpr std::size_t kWidth = 46;

void line(std::ostream& out, const std::string& name, const Tally& tally) {
  if (tally.of != 0) out << padded(name, kWidth) << text_of(tally) << '\n';
}

void count(std::ostream& out, const std::string& name, std::size_t number, std::size_t of) {
  out << padded(name, kWidth) << fmt::format("{:>6} of {}", number, of) << '\n';
}

void times(std::ostream& out, const std::string& name, const std::vector<double>& ms) {
  if (ms.empty()) return;
  out << padded(name, kWidth)
      << fmt::format("p50 {:.1f} ms   p99 {:.1f} ms", quantile(ms, 0.5), quantile(ms, 0.99))
      << '\n';
}

Json times(const std::vector<double>& ms) {
  return {{"p50", quantile(ms, 0.5)}, {"p99", quantile(ms, 0.99)}, {"of", ms.size()}};
}

// Does an effect that is right want this reason?
bool wants_reason(const SpokenTurn& turn, const std::string& reason) {
  return std::any_of(turn.effects.begin(), turn.effects.end(), [&](const Effect& effect) {
    return std::find(effect.reasons.begin(), effect.reasons.end(), reason) != effect.reasons.end();
  });
}

}  // namespace

void SpokenReport::add(const SpokenApp& app, const std::vector<PlayedTalk>& talks) {
  ++apps_;
  for (const auto& talk : talks) {
    for (std::size_t i = 0; i < talk.size(); ++i) {
      records_.push_back({&app, i + 1, talk.size(), talk[i]});
      add(records_.back());
    }
    if (talk.size() < 2) continue;
    talks_.add(
        std::all_of(talk.begin(), talk.end(), [](const auto& p) { return p.verdict.right; }));
  }
}

void SpokenReport::add(const Record& record) {
  const auto& played = record.played;
  const auto& turn = *played.turn;
  const std::string group(group_of(turn.kind));
  const bool right = played.verdict.right;
  turns_.add(right);
  kinds_[turn.kind].add(right);
  groups_[group].add(right);
  if (!right) ++causes_[played.verdict.cause];
  half_ += played.verdict.half ? 1 : 0;
  if (played.must_not_write) {
    wrote_.add(played.wrote);
    wrote_of_[group].add(played.wrote);
  }
  if (played.must_not_refuse) refused_.add(is_refusal(played));
  if (right && is_refusal(played)) reasons_.add(wants_reason(turn, played.answered.reason));
  guard_ += played.answered.guard ? 1 : 0;
  invalid_ += played.answered.invalid ? 1 : 0;
  const bool command = turn.event.event == CaseStep::Event::kCommand;
  (command ? commands_ms_ : clicks_ms_).push_back(played.ms);
}

void SpokenReport::print_failures(std::ostream& out) const {
  for (const auto& record : records_) {
    const auto& played = record.played;
    if (played.verdict.right) continue;
    const auto& turn = *played.turn;
    out << config::text_of(turn.at) << turn.kind;
    if (record.of > 1) out << ", turn " << record.turn << " of " << record.of;
    if (!turn.on.empty()) out << ", on " << turn.on;
    out << "\n    said    " << turn.said << '\n';
    for (std::size_t i = 0; i < turn.effects.size(); ++i) {
      out << (i == 0 ? "    wanted  " : "    or      ") << text_of(turn.effects[i]) << '\n';
    }
    for (const auto& written : played.answered.written) out << "    wrote   " << written << '\n';
    if (!played.error.empty())
      out << "    told    " << played.error << ": " << played.message << '\n';
    out << "    why     " << played.verdict.cause;
    if (!played.verdict.detail.empty()) out << ": " << played.verdict.detail;
    out << '\n';
  }
}

void SpokenReport::print(std::ostream& out) const {
  for (const auto& group : kind_groups()) {
    const auto found = groups_.find(group.name);
    if (found == groups_.end()) continue;
    line(out, group.name, found->second);
    for (const auto& kind : group.kinds) {
      const auto own = kinds_.find(kind);
      if (group.kinds.size() > 1 && own != kinds_.end()) line(out, "  " + kind, own->second);
    }
  }
  line(out, fmt::format("all turns ({} apps)", apps_), turns_);
  line(out, "talks of several turns, every turn right", talks_);
  out << '\n';
  count(out, "wrote though it must not", wrote_.right, wrote_.of);
  for (const auto& [group, tally] : wrote_of_) {
    if (tally.right != 0) count(out, "  " + group, tally.right, tally.of);
  }
  count(out, "refused though it must not", refused_.right, refused_.of);
  count(out, "right refusals with the reason that was wanted", reasons_.right, reasons_.of);
  count(out, "of those right: refused, not asked back", half_, turns_.right);
  count(out, "refused by the guard, in any attempt", guard_, turns_.of);
  count(out, "without a valid answer, in any attempt", invalid_, turns_.of);
  times(out, "clicks and submits", clicks_ms_);
  times(out, "commands", commands_ms_);
  if (causes_.empty()) return;
  out << "\nwhy " << turns_.of - turns_.right << " are wrong\n";
  std::vector<std::pair<std::size_t, std::string>> causes;
  for (const auto& [cause, number] : causes_) causes.emplace_back(number, cause);
  std::sort(causes.rbegin(), causes.rend());
  for (const auto& [number, cause] : causes) {
    out << padded(cause, kWidth)
        << fmt::format("{:>6}   {:>5.1f} %", number,
                       100.0 * double(number) / double(turns_.of - turns_.right))
        << '\n';
  }
}

Json SpokenReport::json(const Record& record) const {
  const auto& played = record.played;
  const auto& turn = *played.turn;
  Json out;
  out["app"] = record.app->app.name;
  out["line"] = turn.at.line;
  out["kind"] = turn.kind;
  out["turn"] = record.turn;
  out["of"] = record.of;
  out["said"] = turn.said;
  out["right"] = played.verdict.right;
  if (played.verdict.half) out["half"] = true;
  if (!played.verdict.right) {
    out["cause"] = played.verdict.cause;
    out["why"] = played.verdict.detail;
    out["wanted"] = text_of(turn.effects[0]);
  }
  out["wrote"] = played.answered.written;
  if (!played.error.empty()) out["error"] = played.error;
  if (!played.answered.reason.empty()) out["reason"] = played.answered.reason;
  if (played.answered.guard) out["guard"] = played.answered.rule;
  if (played.wrote) out["changed"] = true;
  out["ms"] = played.ms;
  if (!played.answered.margin.is_null()) out["margin"] = played.answered.margin;
  if (played.answered.asked_back) out["asked_back"] = true;
  return out;
}

Json SpokenReport::json() const {
  Json out;
  out["apps"] = apps_;
  out["all"] = json_of(turns_);
  out["talks"] = json_of(talks_);
  const auto map = [](const std::map<std::string, Tally>& tallies) {
    Json object = Json::object();
    for (const auto& [name, tally] : tallies) object[name] = json_of(tally);
    return object;
  };
  out["groups"] = map(groups_);
  out["kinds"] = map(kinds_);
  const auto counted = [](std::size_t number, std::size_t of) {
    return Json{{"count", number}, {"of", of}};
  };
  out["wrote_though_it_must_not"] = counted(wrote_.right, wrote_.of);
  out["refused_though_it_must_not"] = counted(refused_.right, refused_.of);
  out["reasons"] = json_of(reasons_);
  out["not_asked_back"] = half_;
  out["refused_by_the_guard"] = counted(guard_, turns_.of);
  out["no_valid_answer"] = counted(invalid_, turns_.of);
  out["clicks_ms"] = times(clicks_ms_);
  out["commands_ms"] = times(commands_ms_);
  out["causes"] = causes_;
  out["turns"] = Json::array();
  for (const auto& record : records_) out["turns"].push_back(json(record));
  return out;
}

}  // namespace sr::host
