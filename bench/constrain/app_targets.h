// bench/constrain/app_targets.h - what a deployment's app lets a model write, as grammars: its
// targets with the SQL of its policy and catalog inside. One thread. Throws StartError.
#pragma once

#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/app/targets.h"
#include "host/config/diagnostics.h"

namespace sr::bench {

// A deployment that cannot be used: throws StartError with why.
[[noreturn]] void refuse(const host::config::Diagnostics&);

class AppTargets {
 public:
  // The catalog is that of a new database, which the deployment's store makes of the app's schema.
  AppTargets(const std::string& deployment, const std::vector<std::string>& search);

  const std::string& app() const { return app_.name; }
  // What may be written for an event of this kind, with this manifest (or null) on screen.
  host::GrammarSource source(const std::string& event, const host::Json& manifest) const;
  // What its slots hold when somebody has said all that stands in this text.
  std::vector<host::SlotTexts> slots(const std::string& said) const;

 private:
  host::App app_;
  std::vector<host::Column> catalog_;
  host::SqlGrammars sql_;
};

}  // namespace sr::bench
