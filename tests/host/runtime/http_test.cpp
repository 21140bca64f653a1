// The canvas's files and the health of the host, as plain HTTP.
#include "host/runtime/http.h"

#include <gtest/gtest.h>

#include <fstream>

#include "host/base/json.h"
#include "host/base/start_error.h"
#include "host/cli/scratch_folder.h"

namespace sr::host {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, std::string_view text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

class HttpTest : public ::testing::Test {
 protected:
  HttpTest() {
    write(folder_.path() / "secret.txt", "secret");
    write(canvas_ / "index.html", "<!doctype html>");
    write(canvas_ / "assets/index-4f2a.js", "let a");
    write(canvas_ / "assets/index-4f2a.css", "a{}");
    write(canvas_ / "favicon.svg", "<svg/>");
    write(canvas_ / "data.bin", std::string("\0\1\2", 3));
    fs::create_directories(canvas_ / "empty");
  }
  HttpResponse get(const std::string& path, Headers headers = {}, bool healthy = true) {
    return Http(canvas_).answer({"GET", path, "", "", std::move(headers)}, healthy);
  }
  static std::string header(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }

  ScratchFolder folder_;
  const fs::path canvas_ = folder_.path() / "canvas";
};

TEST_F(HttpTest, ServesThePageAtTheRootAndByItsName) {
  for (const auto* path : {"/", "/index.html"}) {
    const auto page = get(path);
    EXPECT_EQ(page.status, 200U);
    EXPECT_EQ(page.body, "<!doctype html>");
    EXPECT_EQ(header(page, "content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(header(page, "cache-control"), "no-cache");
    EXPECT_NE(header(page, "content-security-policy").find("default-src 'none'"), std::string::npos);
  }
}

TEST_F(HttpTest, KnowsTheTypesOfFilesAndWhichNeverChange) {
  EXPECT_EQ(header(get("/assets/index-4f2a.js"), "content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header(get("/assets/index-4f2a.css"), "content-type"), "text/css; charset=utf-8");
  EXPECT_EQ(header(get("/favicon.svg"), "content-type"), "image/svg+xml");
  EXPECT_EQ(header(get("/data.bin"), "content-type"), "application/octet-stream");
  EXPECT_EQ(get("/data.bin").body.size(), 3U);
  EXPECT_NE(header(get("/assets/index-4f2a.js"), "cache-control").find("immutable"), std::string::npos);
  for (const auto* path : {"/", "/favicon.svg", "/nothing", "/healthz"}) {
    EXPECT_EQ(header(get(path), "x-content-type-options"), "nosniff") << path;
  }
}

TEST_F(HttpTest, LeadsNowhereElse) {
  for (const auto* path :
       {"/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "//secret.txt",
        "/..%2fsecret.txt", "/assets", "/assets/", "/empty", "/empty/", "", "secret.txt",
        "/etc/passwd", "/index.html/", "/INDEX.HTML", "/./index.html", "/\\..\\secret.txt"}) {
    const auto answer = get(path);
    EXPECT_EQ(answer.status, 404U) << path;
    EXPECT_EQ(answer.body.find("secret\n"), std::string::npos) << path;
  }
}

TEST_F(HttpTest, AnswersHeadLikeGetAndNothingElse) {
  const Http http(canvas_);
  const auto head = http.answer({"HEAD", "/", "", "", {}}, true);
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.headers, get("/").headers);
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "get", ""}) {
    const auto refused = http.answer({method, "/", "", "", {}}, true);
    EXPECT_EQ(refused.status, 405U) << method;
    EXPECT_EQ(header(refused, "allow"), "GET, HEAD");
  }
}

TEST_F(HttpTest, SaysNotModifiedToWhoHasTheFile) {
  const auto etag = header(get("/"), "etag");
  ASSERT_EQ(etag.size(), 34U);
  for (const auto& has : {etag, "W/" + etag, "\"other\", " + etag, "\"a\",W/" + etag + " , \"b\"",
                          std::string("*")}) {
    const auto answer = get("/", {{"if-none-match", has}});
    EXPECT_EQ(answer.status, 304U) << has;
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(header(answer, "etag"), etag);
  }
  for (const auto& has : {std::string("\"other\""), std::string(""), etag.substr(0, 20),
                          etag.substr(1, 32)}) {
    EXPECT_EQ(get("/", {{"if-none-match", has}}).status, 200U) << has;
  }
}

TEST_F(HttpTest, SaysWhetherTheHostIsHealthy) {
  // What the canvas is tested with, too (canvas/test/reach.test.ts).
  std::ifstream file(SR_SOURCE_DIR "/tests/cases/wire/healthz.json");
  const auto cases = Json::parse(file);
  for (const bool healthy : {true, false}) {
    const auto& expected = cases.at(healthy ? "healthy" : "draining");
    const auto response = get("/healthz", {}, healthy);
    EXPECT_EQ(response.status, expected["status"]);
    EXPECT_EQ(Json::parse(response.body), expected["body"]);
    EXPECT_EQ(header(response, "content-type"), "application/json");
    EXPECT_EQ(header(response, "cache-control"), "no-store");
  }
  EXPECT_EQ(get("/", {}, /*healthy=*/false).status, 200U);  // pages stay while the host drains
}

TEST_F(HttpTest, WithoutACanvasOnlyHealthIsThere) {
  const Http http{fs::path()};
  EXPECT_EQ(http.answer({"GET", "/", "", "", {}}, true).status, 404U);
  EXPECT_EQ(http.answer({"GET", "/healthz", "", "", {}}, true).status, 200U);
}

TEST_F(HttpTest, ACanvasWithoutAPageStopsTheStart) {
  try {
    const Http http(canvas_ / "assets");
    FAIL() << "it started";
  } catch (const StartError& error) {
    EXPECT_NE(std::string(error.what()).find("there is no index.html"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("npm run build"), std::string::npos);
  }
}

}  // namespace
}  // namespace sr::host
