// host/runtime/http.h - what the host answers to plain HTTP: the canvas, its health, its metrics.
//
// The canvas's files are read once at start-up; afterwards any thread.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "host/plugins/transport.h"

namespace sr::host {

class Http {
 public:
  // Throws StartError when the folder is given but has no index.html.
  explicit Http(const std::filesystem::path& canvas);

  // `healthy` is false while the host drains.
  HttpResponse answer(const HttpRequest& request, bool healthy) const;
  static HttpResponse metrics(std::string text);
  static HttpResponse readiness(bool ready, std::string body);

 private:
  struct File {
    std::string type, body, etag;
    bool immutable = false;  // its name carries a hash of what is in it
  };
  std::map<std::string, File> files_;  // by path: "/", "/assets/index-….js"
};

}  // namespace sr::host
