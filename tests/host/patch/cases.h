// tests/host/patch/cases.h - the case files that this room shares with the canvas.
#pragma once

#include <fstream>
#include <string>

#include "host/base/json.h"

namespace sr::host::patch {

inline Json read_cases(const std::string& name) {
  std::ifstream file(std::string(SR_SOURCE_DIR) + "/tests/cases/patch/" + name);
  return Json::parse(file);
}

}  // namespace sr::host::patch
