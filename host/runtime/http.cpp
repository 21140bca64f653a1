#include "host/runtime/http.h"

#include <fstream>
#include <sstream>

#include "host/base/ids.h"
#include "host/base/json.h"
#include "host/base/start_error.h"
#include "host/wire/message.h"

namespace sr::host {
namespace {

namespace fs = std::filesystem;

// Scripts and styles only from here, connections only back to here.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string type_of(const fs::path& file) {
  static const std::map<std::string, std::string> kTypes{
      {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},   {".svg", "image/svg+xml"},
      {".png", "image/png"},                 {".ico", "image/x-icon"},
      {".json", "application/json"},         {".woff2", "font/woff2"},
      {".map", "application/json"},          {".txt", "text/plain; charset=utf-8"}};
  const auto found = kTypes.find(file.extension().string());
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  if (!in) throw StartError("[canvas] cannot read " + file.string());
  return std::move(out).str();
}

HttpResponse plain(unsigned status, std::string text) {
  return {status,
          {{"content-type", "text/plain; charset=utf-8"}, {"x-content-type-options", "nosniff"}},
          std::move(text)};
}

HttpResponse json(unsigned status, std::string body) {
  auto response = plain(status, std::move(body) + "\n");
  response.headers.front().second = "application/json";
  response.headers.emplace_back("cache-control", "no-store");
  return response;
}

// Whether the client holds this version: If-None-Match is `*` or a list of tags, compared weakly.
bool has_version(const HttpRequest& request, std::string_view etag) {
  for (const auto& [name, value] : request.headers) {
    if (name != "if-none-match") continue;
    // The quotes are part of the tag, so that it cannot be found inside another one.
    if (value == "*" || value.find(etag) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Http::Http(const fs::path& canvas) {
  if (canvas.empty()) return;
  if (!fs::is_regular_file(canvas / "index.html")) {
    throw StartError("[canvas] there is no index.html in " + canvas.string() +
                     "; build the page with `npm run build` in canvas/");
  }
  for (const auto& item : fs::recursive_directory_iterator(canvas)) {
    if (!item.is_regular_file()) continue;
    const auto path = "/" + fs::relative(item.path(), canvas).generic_string();
    File file{type_of(item.path()), contents(item.path()), {}, path.starts_with("/assets/")};
    file.etag = '"' + sha256(file.body).substr(0, 32) + '"';
    if (path == "/index.html") files_["/"] = file;
    files_[path] = std::move(file);
  }
}

HttpResponse Http::metrics(std::string text) {
  auto response = plain(200, std::move(text));
  response.headers.front().second = "text/plain; version=0.0.4; charset=utf-8";
  response.headers.emplace_back("cache-control", "no-store");
  return response;
}

HttpResponse Http::readiness(bool ready, std::string body) {
  return json(ready ? 200 : 503, std::move(body));
}

HttpResponse Http::answer(const HttpRequest& request, bool healthy) const {
  if (request.method != "GET" && request.method != "HEAD") {
    auto refused = plain(405, "only GET and HEAD are answered here\n");
    refused.headers.emplace_back("allow", "GET, HEAD");
    return refused;
  }
  if (request.path == "/healthz") {
    Json body;
    body["status"] = healthy ? "ok" : "draining";
    body["protocol"] = wire::kProtocol;
    return json(healthy ? 200 : 503, body.dump());
  }
  const auto found = files_.find(request.path);
  if (found == files_.end()) return plain(404, "there is nothing at " + request.path + "\n");

  const File& file = found->second;
  HttpResponse response;
  response.headers = {{"content-type", file.type},
                      {"etag", file.etag},
                      {"cache-control", file.immutable ? "public, max-age=31536000, immutable"
                                                       : "no-cache"},
                      {"content-security-policy", kContentSecurityPolicy},
                      {"x-content-type-options", "nosniff"},
                      {"referrer-policy", "same-origin"}};
  if (has_version(request, file.etag)) {
    response.status = 304;
  } else {
    response.body = file.body;
  }
  return response;
}

}  // namespace sr::host
