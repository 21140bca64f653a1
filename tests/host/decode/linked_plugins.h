// tests/host/decode/linked_plugins.h - the real plugins, linked in, and an executor to run
// coroutines on.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "host/base/async.h"
#include "host/plugins/backend.h"
#include "host/plugins/constrainer.h"
#include "host/plugins/store.h"

namespace sr::host::testing {

using Given = std::map<std::string, std::string>;  // option → value as in YAML

// A created component; throws what is wrong with the options.
std::shared_ptr<Instance> create(const sr_component&, const Given&, const std::string& label);

LoadedBackend scripted(const Given&);
LoadedConstrainer json_schema();
LoadedStore sqlite(const Given&);

// A folder that goes away with its files.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  // Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path&);

// The executor thread of a test is the test's own.
class Loop {
 public:
  // Starts a coroutine; its value is there once it is done.
  template <class T>
  std::shared_ptr<std::optional<T>> start(Async<T> work) {
    auto out = std::make_shared<std::optional<T>>();
    asio::co_spawn(io_, keep(std::move(work), out), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    return out;
  }
  // Runs until every coroutine waits for another thread.
  void poll() {
    io_.restart();
    io_.poll();
  }
  // Runs until all are done.
  void finish() {
    io_.restart();
    io_.run();
  }
  template <class T>
  T run(Async<T> work) {
    auto out = start(std::move(work));
    finish();
    return std::move(out->value());
  }
  Executor executor() { return io_.get_executor(); }

 private:
  template <class T>
  static Async<void> keep(Async<T> work, std::shared_ptr<std::optional<T>> out) {
    out->emplace(co_await std::move(work));
  }
  asio::io_context io_;
};

}  // namespace sr::host::testing
