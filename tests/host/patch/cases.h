// tests/host/patch/cases.h - the case files in tests/cases/patch, shared with the canvas.
//   rfc6902.json  {comment, doc, patch, expected | error}; an error is a part of our message, and
//                 another implementation only has to refuse
//   hash.json     {comment, view, canonical, hash, lossy?}; lossy: JavaScript cannot hold the view
//   diff.json     {comment, before, after, ops}
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
