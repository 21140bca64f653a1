// host/session/change_words.h - what a change has done, as one sentence for a person: "Alert 2:
// status open → resolved". Made of the rows and of how people call tables and columns. Pure; any
// thread.
#pragma once

#include <string>

#include "host/session/proposal.h"
#include "host/sql/labels.h"
#include "host/sql/policy.h"

namespace sr::host {

// "alerts", 2: "2 alerts"; "alerts", 1: "1 alert".
std::string counted(const std::string& table, std::uint64_t rows, const sql::Labels&);

// "alerts", {"id":2}: "Alert 2".
std::string row_words(const std::string& table, const Json& key, const sql::Labels&);

// What the policy does not let be read is not told. Empty when no rows are kept.
std::string change_words(const KeptChange&, const sql::Policy&, const sql::Labels&);
// The same row by row: "Alert 2", "status open → resolved".
std::vector<ProposalLine> change_lines(const KeptChange&, const sql::Policy&, const sql::Labels&);

}  // namespace sr::host
