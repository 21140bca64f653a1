#include "tests/host/config/test_plugins.h"

#include <gtest/gtest.h>

#include "state_runtime/backend.hpp"
#include "state_runtime/constrainer.hpp"
#include "state_runtime/store.hpp"
#include "state_runtime/transport.hpp"

namespace sr::host {
namespace {

constexpr const char* kPrecisions[] = {"bf16", "int8", nullptr};
constexpr const char* kModes[] = {"plain", "compressed", nullptr};

constexpr auto kModel = option({.name = "model", .type = SR_PATH, .flags = SR_REQUIRED});
constexpr auto kThreads = option({.name = "threads", .type = SR_INT, .fallback = "1", .min = "1",
                                  .max = "64"});
constexpr auto kPrecision =
    option({.name = "precision", .type = SR_ENUM, .fallback = "bf16", .choices = kPrecisions});
constexpr auto kMmap = option({.name = "mmap", .type = SR_BOOL, .fallback = "true"});
constexpr auto kLicence = option({.name = "licence", .type = SR_STRING, .flags = SR_SECRET});
constexpr auto kPath = option({.name = "path", .type = SR_PATH, .flags = SR_REQUIRED});
constexpr auto kKey = option({.name = "key", .type = SR_INT, .flags = SR_SECRET});
constexpr auto kJournal = option({.name = "journal", .type = SR_STRING});
constexpr auto kListen = option({.name = "listen", .type = SR_STRING,
                                 .fallback = "127.0.0.1:8080"});
constexpr auto kPing = option({.name = "ping", .type = SR_DURATION, .fallback = "20s"});
constexpr auto kQueue = option({.name = "queue", .type = SR_SIZE, .fallback = "1MiB"});
constexpr auto kOrigins = option({.name = "origins", .type = SR_LIST});
constexpr auto kMode = option({.name = "mode", .type = SR_ENUM, .fallback = "plain",
                               .choices = kModes});
constexpr auto kOldCache = option({.name = "cache", .type = SR_DURATION, .flags = SR_DEPRECATED,
                                   .doc = "nothing is cached any more; remove it."});
constexpr auto kCache = option({.name = "cache", .type = SR_INT, .fallback = "64"});
constexpr auto kStrict = option({.name = "strict", .type = SR_BOOL, .fallback = "true"});

constexpr const sr_option* kCpu[] = {&kModel, &kThreads, &kPrecision, &kMmap, &kLicence, nullptr};
constexpr const sr_option* kNone[] = {nullptr};
constexpr const sr_option* kSqlite[] = {&kPath, &kKey, &kJournal, nullptr};
constexpr const sr_option* kWebsocket[] = {&kListen, &kPing,     &kQueue, &kOrigins,
                                           &kMode,   &kOldCache, nullptr};
constexpr const sr_option* kJsonSchema[] = {&kCache, &kStrict, nullptr};

sr_code create(const sr_host_api*, const sr_config*, sr_instance** out, sr_error* error) noexcept {
  *out = nullptr;
  return detail::fail(error, SR_NOT_FOUND, "model", "there is no model in this folder");
}

template <class Interface>
constexpr sr_component made(const char* type, const sr_option* const* options) {
  return {sizeof(sr_component),
          SR_STABLE,
          detail::InterfaceTraits<Interface>::kId,
          &detail::InterfaceTraits<Interface>::kVtable,
          type,
          "For tests.",
          options,
          create,
          [](sr_instance*) noexcept {}};
}

const sr_component kCpuComponent = made<Backend>("cpu", kCpu);
const sr_component kScriptedComponent = made<Backend>("scripted", kNone);
const sr_component kSqliteComponent = made<Store>("sqlite", kSqlite);
const sr_component kWebsocketComponent = made<Transport>("websocket", kWebsocket);
const sr_component kJsonSchemaComponent = made<Constrainer>("json_schema", kJsonSchema);
const sr_component* const kComponents[] = {&kCpuComponent,        &kScriptedComponent,
                                           &kSqliteComponent,     &kWebsocketComponent,
                                           &kJsonSchemaComponent, nullptr};
const sr_plugin kPlugin{sizeof kPlugin, 1,       0,      "test", "1.0.0", "Apache-2.0",
                        nullptr,        nullptr, kComponents};

}  // namespace

void add_test_plugins(Registry& registry) {
  const auto added = registry.add(&kPlugin, {});
  EXPECT_TRUE(added.ok()) << added.error().text();
}

}  // namespace sr::host
