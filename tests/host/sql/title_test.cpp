// What a query shows, in words.
#include "host/sql/title.h"

#include <gtest/gtest.h>

namespace sr::host::sql {
namespace {

std::vector<Column> titled_catalog() {
  const auto column = [](const char* name, const char* type, sr_value_type value,
                         std::uint32_t flags = 0) {
    return Column{"alerts", name, type, value, flags, {}, 0};
  };
  return {column("id", "INTEGER", SR_INTEGER, SR_COLUMN_KEY),
          column("title", "TEXT", SR_TEXT),
          column("severity", "TEXT", SR_TEXT),
          column("opened_at", "TIMESTAMP", SR_TEXT),
          column("load", "REAL", SR_REAL),
          column("muted", "BOOLEAN", SR_BOOLEAN)};
}

TEST(Title, SaysWhatAQueryShows) {
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT id, title FROM alerts", "Alerts"},
      {"SELECT id, title FROM alerts ORDER BY id", "Alerts"},
      {"SELECT id, title FROM alerts ORDER BY id DESC", "Alerts · id, highest first"},
      {"SELECT id, title FROM alerts WHERE severity = 'critical' ORDER BY opened_at DESC",
       "Alerts · severity critical · newest first"},
      {"SELECT id, title FROM alerts WHERE severity IN ('low', 'high') AND load > 0.5 LIMIT 5",
       "Alerts · severity low or high · load above 0.5 · first 5"},
      {"SELECT id, title FROM alerts WHERE muted = FALSE AND opened_at IS NULL",
       "Alerts · not muted · no opened at"},
      {"SELECT id, title FROM alerts WHERE NOT muted OR load BETWEEN 1 AND 2",
       "Alerts · not muted or load 1 to 2"},
      {"SELECT id, title FROM alerts WHERE title ILIKE '%disk%' ORDER BY severity",
       "Alerts · title with disk · by severity"},
      {"SELECT id FROM alerts WHERE title LIKE 'disk%' AND title LIKE '%full'",
       "Id · alerts · title beginning with disk · title ending with full"},
      {"SELECT id, title FROM alerts WHERE opened_at >= DATE '2026-05-01' ORDER BY load DESC",
       "Alerts · opened at from 2026-05-01 · load, highest first"},
      {"SELECT id, title FROM alerts WHERE lower(title) = lower(severity)",
       "Alerts · title severity"},
      {"SELECT id, title FROM alerts WHERE load > (SELECT avg(load) FROM alerts)",
       "Alerts · filtered"},
      {"SELECT count(*) FROM alerts WHERE severity <> 'low'", "Alerts · severity not low"},
      {"SELECT round(avg(load), 2) AS value FROM alerts", "Average load · alerts"},
      {"SELECT load FROM alerts WHERE title = 'fan' ORDER BY opened_at DESC LIMIT 1",
       "Load · alerts · title fan · newest first"},
      {"SELECT severity, count(*) AS n FROM alerts GROUP BY severity", "Alerts by severity"},
      {"SELECT severity, count(*) AS n FROM alerts GROUP BY severity HAVING count(*) > 3",
       "Alerts by severity · alerts above 3"},
      {"SELECT a.id, s.name FROM \"OrderLines\" a JOIN sites s ON s.id = a.site WHERE s.name = 'x'",
       "Order lines · name x"},
      {"DELETE FROM alerts WHERE id = 1", ""},
      {"SELECT", ""},
  };
  for (const auto& [query, title] : cases)
    EXPECT_EQ(title_of(query, titled_catalog()), title) << query;
}

TEST(Title, TheAppHasItsOwnWords) {
  const Labels labels = {{"alerts", "Störungen"}, {"alerts.severity", "Stufe"}};
  EXPECT_EQ(title_of("SELECT id FROM alerts WHERE severity = 'hoch'", titled_catalog(), labels),
            "Id · Störungen · Stufe hoch");
}

TEST(Title, StaysShort) {
  std::string query = "SELECT id, title FROM alerts WHERE title = 'a'";
  for (int i = 0; i < 50; ++i) query += " AND severity = 'severity " + std::to_string(i) + "'";
  const auto title = title_of(query, titled_catalog());
  EXPECT_LE(title.size(), kLongestTitle);
  EXPECT_TRUE(title.starts_with("Alerts · title a · severity severity 0")) << title;
}

}  // namespace
}  // namespace sr::host::sql
