#include "host/session/proposal.h"

#include <algorithm>

namespace sr::host {
namespace {

constexpr std::size_t kMostLines = 20;  // on screen

bool is_proposal(const Json& component) { return component.value("type", Json()) == kProposalType; }

}  // namespace

Json body_of(const Proposal& proposal) {
  Json body;
  body["says"] = proposal.says;
  body["asked"] = to_string(proposal.asked);
  if (!proposal.values.empty()) body["values"] = proposal.values;
  if (!proposal.action.empty()) body["action"] = proposal.action;
  body["sql"] = proposal.statements;
  body["rows"] = proposal.rows;
  if (proposal.margin) body["margin"] = *proposal.margin;
  return body;
}

Result<Proposal> read_proposal(std::uint64_t seq, const std::string& text) {
  const Error damaged{SR_CORRUPT, "log", "entry " + std::to_string(seq) + " (proposal) cannot be read", {}};
  const auto body = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return damaged;
  const auto word = [&](const char* name) {
    const auto found = body.find(name);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  Proposal out;
  const auto asked = event_kind(word("asked"));
  const auto sql = body.value("sql", Json());
  if (!asked || !sql.is_array() || sql.empty()) return damaged;
  for (const auto& statement : sql) {
    if (!statement.is_string()) return damaged;
    out.statements.push_back(statement.get<std::string>());
  }
  out.seq = seq;
  out.asked = *asked;
  out.values = body.value("values", Json::object());
  out.action = word("action");
  out.says = word("says");
  out.rows = body.value("rows", Json());
  return out;
}

void show_proposal(const Proposal& proposal, const std::vector<ProposalLine>& lines, Json& view) {
  Json component;
  component["type"] = kProposalType;
  component["id"] = "proposal-" + std::to_string(proposal.seq);
  component["proposal"] = proposal.seq;
  component["says"] = proposal.says;
  component["changes"] = Json::array();
  for (std::size_t i = 0; i < lines.size() && i < kMostLines; ++i) {
    component["changes"].push_back({{"row", lines[i].row}, {"what", lines[i].what}});
  }
  if (lines.size() > kMostLines) component["rest"] = lines.size() - kMostLines;
  auto& components = view["components"];
  components.insert(components.begin(), std::move(component));
}

void take_away_proposal(Json& view) {
  auto& components = view["components"];
  components.erase(std::remove_if(components.begin(), components.end(), is_proposal), components.end());
}

std::uint64_t shown_proposal(const Json& view) {
  const auto components = view.find("components");
  if (components == view.end()) return 0;
  const auto found = std::find_if(components->begin(), components->end(), is_proposal);
  if (found == components->end()) return 0;
  const auto seq = found->value("proposal", Json());
  return seq.is_number_unsigned() ? seq.get<std::uint64_t>() : 0;
}

}  // namespace sr::host
