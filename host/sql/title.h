// host/sql/title.h - what a query shows, in words: the title of a component that has none.
//
//   SELECT id, title FROM alerts WHERE severity = 'critical' ORDER BY opened_at DESC
//   "Alerts · severity critical · newest first"
//
// Pure; any thread. The statement has passed the guard; of one that has not the words are empty.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/labels.h"

namespace sr::host::sql {

constexpr std::size_t kLongestTitle = 120;  // bytes; what goes beyond is cut at a part

std::string title_of(const std::string& select, const std::vector<Column>& catalog,
                     const Labels& labels = {});

}  // namespace sr::host::sql
