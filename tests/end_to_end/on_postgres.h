// tests/end_to_end/on_postgres.h - the executable and the app that ships, on a real PostgreSQL server.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "host/base/json.h"
#include "host/cli/scratch_folder.h"
#include "host/wire/client_view.h"
#include "tests/end_to_end/child.h"
#include "tests/plugins/stores/postgres/server.h"

namespace sr::test {

using host::Json;
using host::ScratchFolder;
using host::wire::ClientView;

inline const std::string kSource = SR_SOURCE_DIR;

// The alerts app on a database of its own.
class OnPostgres : public ::testing::Test {
 protected:
  Arguments with_store(Arguments command, bool admin = true) const {
    Arguments values{"url=" + server_.url(database_), "role_prefix=sr_e2e_", "roles=8"};
    if (admin) values.push_back("admin_url=" + server_.url(database_, "postgres"));
    for (const auto& value : values) {
      command.push_back("--set");
      command.push_back("stores.facts." + value);
    }
    return command;
  }
  // The deployment that ships, on standard input and output.
  std::string lines() {
    const auto file = (folder_.path() / "lines.yaml").string();
    std::ifstream in(kSource + "/configs/alerts-postgres.yaml");
    std::ofstream out(file);
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("canvas:") || line.starts_with("tests:")) continue;
      if (line.starts_with("app:")) line = "app: " + kSource + "/configs/apps/alerts";
      if (const auto at = line.find("apps/alerts/scripted"); at != std::string::npos) {
        line.insert(at, kSource + "/configs/");
      }
      if (line.starts_with("  web:")) line = "  web: { type: stdio }";
      out << line << '\n';
    }
    return file;
  }
  static Json hear(Child& child, ClientView& view, const std::string& type) {
    for (;;) {
      const auto line = child.line();
      if (!line) return nullptr;
      auto message = Json::parse(*line);
      const auto taken = view.take(message);
      EXPECT_TRUE(taken.ok()) << taken.error().text();
      if (message["type"] == type) return message;
    }
  }
  // The next ack or error; nothing that was committed may come before an error.
  static Json outcome(Child& child, ClientView& view) {
    for (;;) {
      const auto line = child.line();
      if (!line) return nullptr;
      auto message = Json::parse(*line);
      EXPECT_TRUE(view.take(message).ok()) << message.dump();
      if (message["type"] == "ack" || message["type"] == "error") return message;
    }
  }
  // Says it until it is taken: after trouble the store waits a little before it tries again.
  static std::string status_in_the_end(Child& child, ClientView& view, const std::string& event) {
    for (int tries = 0; tries < 200; ++tries) {
      child.say(event);
      const auto answer = outcome(child, view);
      if (answer["type"] == "ack") return answer["status"];
      ::usleep(100'000);
    }
    return "never";
  }
  static std::string click(const std::string& id, const std::string& action, int alert) {
    return Json{{"type", "event"}, {"id", id}, {"kind", "click"},
                {"payload", {{"user_action", action}, {"alert_id", alert}}}}.dump();
  }

  PostgresServer& server_ = PostgresServer::instance();
  const std::string database_ = server_.fresh_database();
  const ScratchFolder folder_;
};

}  // namespace sr::test
