#include "host/cli/cases/judge.h"

#include <algorithm>

#include "host/base/start_error.h"
#include "host/cli/cases/query_text.h"
#include "host/session/choice.h"
#include "host/session/log_text.h"
#include "host/sql/names.h"

namespace sr::host {
namespace {

Verdict wrong(std::string cause, std::string detail) {
  return {false, false, std::move(cause), std::move(detail)};
}

bool refused(const Happened& h) {
  return h.reply.error == "refused" || h.reply.error == "not_allowed";
}

std::string said(const Happened& h) { return h.reply.error + ": " + h.reply.error_message; }

// Why there is no answer of the kind that was wanted; nothing when there may be one.
std::optional<Verdict> no_answer(const Happened& h) {
  if (!h.reply.trouble.empty()) return wrong("no valid answer", h.reply.trouble);
  const auto& error = h.reply.error;
  if (error.empty()) return std::nullopt;
  if (error == "model_failed") return wrong("no valid answer", h.reply.error_message);
  if (error == "refused") {
    return wrong("refused by the model", h.answered.reason.empty() ? said(h) : h.answered.reason);
  }
  const auto& a = h.answered;
  if (error == "not_allowed" && a.by == "guard")
    return wrong("refused by the guard", a.rule + ": " + a.why);
  if (error == "not_allowed" && a.rule == "no_rows") return wrong("no row was changed", a.why);
  if (error == "not_allowed" && a.rule == "no_change")
    return wrong("a change that changes nothing", a.why);
  if (error == "not_allowed")
    return wrong("refused by the " + (a.by.empty() ? "host" : a.by), said(h));
  return wrong("refused by the host", said(h));
}

// The statements in what the model wrote, wherever they stand.
void add_statements(const Json& part, std::vector<std::string>& out) {
  if (part.is_string()) {
    const auto& text = part.get_ref<const std::string&>();
    for (const auto* verb : {"SELECT ", "UPDATE ", "INSERT ", "DELETE "}) {
      if (text.rfind(verb, 0) == 0) out.push_back(text);
    }
  }
  if (!part.is_structured()) return;
  for (const auto& item : part) add_statements(item, out);
}

// A text that the model looks for and that stands nowhere in the facts.
std::string unknown_text(const Happened& h) {
  if (h.answered.written.empty()) return {};
  std::vector<std::string> statements, texts;
  add_statements(Json::parse(h.answered.written.back(), nullptr, /*allow_exceptions=*/false),
                 statements);
  for (const auto& statement : statements) {
    for (auto& text : texts_in(statement)) texts.push_back(std::move(text));
  }
  for (const auto& text : texts) {
    auto part = sql::lower_ascii(text);
    std::erase(part, '%');
    bool found = false;
    for (const auto& [table, rows] : h.before) {
      for (const auto& row : rows) {
        for (const auto& value : row) {
          found =
              found || (value.is_string() &&
                        sql::lower_ascii(value.get<std::string>()).find(part) != std::string::npos);
        }
      }
    }
    if (!found) return text;
  }
  return {};
}

std::string rows_text(const std::vector<Json>& rows) {
  std::string out;
  for (std::size_t i = 0; i < rows.size() && i < 4; ++i)
    out += (i == 0 ? "" : " ") + compact(rows[i]);
  return out + (rows.size() > 4 ? " … " + std::to_string(rows.size()) + " rows" : "");
}

std::string screen_text(const std::vector<ShownRows>& screen) {
  std::string out;
  for (const auto& shown : screen)
    out += (out.empty() ? "" : "; ") + shown.id + ": " + rows_text(shown.rows);
  return out.empty() ? "nothing" : out;
}

// The nearest component says why none fits.
Verdict not_shown(const WantedRows& wanted, const std::vector<ShownRows>& screen,
                  const Happened& h) {
  const auto detail = "wanted " + rows_text(wanted.rows) + "; on screen " + screen_text(screen);
  Fit best = Fit::kOtherRows;
  std::vector<std::string> missing;
  bool fewer = false, more = false, nothing = true;
  for (const auto& shown : screen) {
    std::vector<std::string> absent;
    const auto how = fit(wanted, shown, &absent);
    if (how == Fit::kOtherOrder) best = how;
    if (how == Fit::kOtherColumns && best != Fit::kOtherOrder) {
      best = how;
      missing = absent;
    }
    fewer = fewer || how == Fit::kFewer;
    more = more || how == Fit::kMore;
    nothing = nothing && shown.rows.empty();
  }
  if (best == Fit::kOtherOrder) return wrong("another order", detail);
  if (best == Fit::kOtherColumns) {
    std::string names;
    for (const auto& name : missing) names += (names.empty() ? "" : ", ") + name;
    return wrong("other columns", "lacks " + names);
  }
  if (const auto text = unknown_text(h); !text.empty()) {
    return wrong("looks for a text that is nowhere", "'" + text + "'; " + detail);
  }
  const bool values = !screen.empty() && std::all_of(screen.begin(), screen.end(),
                                                     [](const ShownRows& s) { return s.value; });
  if (values && (wanted.rows.size() != 1 || wanted.columns.size() > 1)) {
    return wrong("a number in place of rows", detail);
  }
  if (screen.empty()) return wrong("nothing with rows on screen", detail);
  if (nothing) return wrong("no rows", detail);
  if (h.view == h.view_before) return wrong("the screen stays as it was", detail);
  if (more && !fewer) return wrong("too many rows", detail);
  if (fewer && !more) return wrong("too few rows", detail);
  return wrong("other rows", detail);
}

std::string changes_text(const FactTables& tables, const std::vector<RowChange>& changes) {
  std::string out;
  for (const auto& change : changes) out += (out.empty() ? "" : "; ") + text_of(tables, change);
  return out.empty() ? "nothing" : out;
}

Verdict look(const Wanted& wanted, const Happened& h, FactsKeeper& facts, const App& app) {
  if (h.before != h.after) {
    const auto done = changes_between(facts.tables(), h.before, h.after);
    return wrong("a change in place of a look", changes_text(facts.tables(), done));
  }
  if (h.answered.last_kind == "action") {
    return wrong("a change in place of a look, of nothing", h.answered.written.back());
  }
  if (auto none = no_answer(h)) return *none;
  const auto screen = on_screen(app, h.view);
  for (std::size_t i = 0; i < wanted.rows.size(); ++i) {
    const auto& rows = wanted.rows[i];
    const bool shown = std::any_of(screen.begin(), screen.end(),
                                   [&](const ShownRows& s) { return fit(rows, s) == Fit::kRight; });
    if (shown) continue;
    const bool number = wanted.effect->kind == Effect::Kind::kNumber;
    if ((number || i > 0) && readable(facts, rows, screen)) continue;
    if (!number) return not_shown(rows, screen, h);
    const bool any =
        std::any_of(screen.begin(), screen.end(), [](const ShownRows& s) { return s.value; });
    return wrong(any ? "another number" : "no number on screen",
                 "wanted " + rows_text(rows.rows) + "; on screen " + screen_text(screen));
  }
  return {true, false, {}, {}};
}

Verdict change(const Wanted& wanted, const Happened& h, FactsKeeper& facts) {
  const auto& tables = facts.tables();
  const auto wants = changes_between(tables, h.before, *wanted.facts);
  auto done = changes_between(tables, h.before, h.after);
  const auto match = match_changes(tables, wants, done);
  const auto detail =
      "wanted " + changes_text(tables, wants) + "; done " + changes_text(tables, done);
  if (wants.empty()) return wrong("nothing is left to change, after an earlier mistake", detail);
  if (match.right()) {
    if (auto none = no_answer(h)) return *none;
    return {true, false, {}, {}};
  }
  if (done.empty()) {
    if (auto none = no_answer(h)) return *none;
    if (h.answered.last_kind == "action") return wrong("a change that changes nothing", detail);
    return wrong("a screen in place of a change", detail);
  }
  if (!match.extra.empty() && !match.missing.empty()) {
    const bool same_table =
        std::any_of(match.extra.begin(), match.extra.end(),
                    [&](const RowChange& c) { return c.table == match.missing[0].table; });
    if (!same_table) return wrong("another table", detail);
    return wrong("another row", detail);
  }
  if (!match.extra.empty()) return wrong("more rows than wanted", detail);
  if (!match.missing.empty()) return wrong("not all of the rows", detail);
  const auto& [want, did] = match.unlike[0];
  bool less = false, more = false;
  for (std::size_t i = 0; i < want.before.size() && !did.after.is_null() && !want.after.is_null();
       ++i) {
    const bool should = want.before[i] != want.after[i], does = did.before[i] != did.after[i];
    less = less || (should && !does);
    more = more || (does && !should);
  }
  if (less && more) return wrong("another column", detail);
  if (less) return wrong("not all of the columns", detail);
  if (more) return wrong("more columns than wanted", detail);
  return wrong("another value", detail);
}

// A person who is asked back sees what they saw.
Json without_choice(Json view) {
  if (view.contains("components")) take_away_choice(view);
  return view;
}

// Nothing may have come of it, and the person is told so.
Verdict no_change(const Happened& h, FactsKeeper& facts) {
  if (h.before != h.after) {
    const auto done = changes_between(facts.tables(), h.before, h.after);
    return wrong("changed something", changes_text(facts.tables(), done));
  }
  if (!h.reply.trouble.empty() || h.reply.error == "model_failed") return *no_answer(h);
  if (!refused(h)) {
    const bool action = h.answered.last_kind == "action";
    return wrong(action ? "changed nothing, and did not say so" : "a screen in place of a refusal",
                 action ? h.answered.written.back() : "");
  }
  if (without_choice(h.view) != without_choice(h.view_before)) {
    return wrong("refused, and changed the screen", "");
  }
  return {true, false, {}, {}};
}

Verdict asked_back(const Happened& h, FactsKeeper& facts) {
  auto verdict = no_change(h, facts);
  if (verdict.right && h.answered.reason == "ambiguous") return {true, true, {}, {}};
  if (verdict.right) return wrong("refused without asking back", said(h));
  if (verdict.cause == "a screen in place of a refusal")
    verdict.cause = "a screen in place of a question";
  return verdict;
}

Verdict judge_one(const Wanted& wanted, const Happened& h, FactsKeeper& facts, const App& app) {
  if (!wanted.impossible.empty()) {
    return wrong("what is wanted cannot be, after an earlier mistake", wanted.impossible);
  }
  switch (wanted.effect->kind) {
    case Effect::Kind::kShow:
    case Effect::Kind::kNumber:
      return look(wanted, h, facts, app);
    case Effect::Kind::kDo:
      return change(wanted, h, facts);
    case Effect::Kind::kUndo:
      return change(wanted, h, facts);
    case Effect::Kind::kChoose:
      return asked_back(h, facts);
    case Effect::Kind::kRefuse:
      return no_change(h, facts);
  }
  return {};
}

}  // namespace

Wanted wanted_of(const Effect& effect, FactsKeeper& facts, const Facts* undone) {
  Wanted out;
  out.effect = &effect;
  const auto where = config::text_of(effect.at);
  try {
    switch (effect.kind) {
      case Effect::Kind::kShow:
      case Effect::Kind::kNumber:
      case Effect::Kind::kChoose:
        for (const auto* list : {&effect.sql, &effect.also}) {
          for (const auto& sql : *list) out.rows.push_back(wanted_rows(facts, sql));
        }
        break;
      case Effect::Kind::kDo:
        if (auto after = facts.after(effect.sql)) {
          out.facts = std::move(*after);
        } else {
          out.impossible = after.error().text();
        }
        break;
      case Effect::Kind::kUndo:
        if (undone != nullptr) out.facts = *undone;
        if (undone == nullptr) out.impossible = "nothing was changed before";
        break;
      case Effect::Kind::kRefuse:
        break;
    }
  } catch (const StartError& error) {
    throw StartError(where + error.what());
  }
  return out;
}

std::uint64_t last_seq(LoadedStore& store, const std::string& session) {
  std::uint64_t last = 0;
  if (session.empty()) return last;
  auto transaction = or_start_error(store.begin(/*write=*/false));
  for (const auto* kind :
       {"event", "manifest", "action", "patch", "refusal", "result", "shown", "paint"}) {
    last = std::max(last, or_start_error(transaction.log_last(session, kind)));
  }
  return last;
}

Answered answered_since(LoadedStore& store, const std::string& session, std::uint64_t seq) {
  Answered out;
  auto transaction = or_start_error(store.begin(/*write=*/false));
  or_start_error(transaction.log_read(session, seq, [&](const LogEntry& entry) {
    const auto& kind = entry.kind;
    const bool refusal = kind == "refusal";
    if (kind == "proposal") {
      out.margin =
          Json::parse(entry.body, nullptr, /*allow_exceptions=*/false).value("margin", Json());
    }
    if (!refusal && kind != "manifest" && kind != "action" && kind != "patch") return true;
    const Json body = Json::parse(entry.body, nullptr, /*allow_exceptions=*/false);
    if (refusal && body.contains("by")) {
      out.by = body.value("by", "");
      out.rule = body.value("rule", "");
      out.why = body.value("why", "");
      out.guard = out.guard || out.by == "guard";
      out.invalid = out.invalid || out.by == "decode";
      if (out.rule == kAskedBack) {
        out.last_kind = kind;
        out.reason = "ambiguous";
        out.asked_back = true;
      }
      return true;
    }
    out.written.push_back(entry.body);
    out.last_kind = kind;
    out.reason = refusal ? body.value("reason", body.value("say", "")) : "";
    return true;
  }));
  return out;
}

Verdict judge(const std::vector<Wanted>& wanted, const Happened& happened, FactsKeeper& facts,
              const App& app) {
  std::optional<Verdict> first;
  for (const auto& one : wanted) {
    auto verdict = judge_one(one, happened, facts, app);
    if (verdict.right) return verdict;
    if (!first) first = std::move(verdict);
  }
  return *first;
}

std::string text_of(const Effect& effect) {
  static const char* const kNames[] = {"show", "number", "do", "choose", "undo", "refuse"};
  std::string out = kNames[static_cast<int>(effect.kind)];
  for (const auto* list : {&effect.sql, &effect.also, &effect.reasons}) {
    for (const auto& text : *list)
      out += (out.back() == ' ' ? "" : " ") + text + (list->size() > 1 ? ";" : "");
  }
  return out;
}

}  // namespace sr::host
