// host/plugins/transport.h - calls to a transport. Thread rules: state_runtime/transport.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/plugins/instance.h"
#include "state_runtime/transport.h"

namespace sr::host {

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in lower case

struct Peer {
  std::string address, user;
  Headers headers;
  bool waits = false;  // its messages may be made to wait (SR_PEER_WAITS)
};
struct HttpRequest {
  std::string method, path, query, body;
  Headers headers;
};
struct HttpResponse {
  unsigned status = 200;
  Headers headers;
  std::string body;
};

// What the host does with what a transport carries. Called from the transport's threads.
class TransportListener {
 public:
  virtual ~TransportListener() = default;
  virtual void opened(std::uint64_t connection, Peer peer) = 0;
  virtual void message(std::uint64_t connection, std::string text) = 0;
  virtual void writable(std::uint64_t connection) = 0;
  virtual void closed(std::uint64_t connection, std::string reason) = 0;
  virtual void request(std::uint64_t exchange, HttpRequest request) = 0;
  virtual void finished() = 0;
  // What a client said could not be read.
  virtual void unread(std::uint64_t connection, std::string why) = 0;
};

struct TransportBridge;  // transport.cpp: turns the callbacks into calls of a listener

class LoadedTransport {
 public:
  explicit LoadedTransport(std::shared_ptr<Instance> instance);
  // The listener must live until stop() has returned.
  Status start(TransportListener&);
  std::string address() const;
  Status send(std::uint64_t connection, std::string_view text);
  void close(std::uint64_t connection, sr_close why, std::string_view reason);
  Status respond(std::uint64_t exchange, const HttpResponse&);
  void drain();
  void stop();
  const std::string& label() const { return instance_->label(); }

 private:
  std::shared_ptr<TransportBridge> bridge_;  // what the callbacks point at; outlives the instance
  std::shared_ptr<Instance> instance_;
  const sr_transport* table_;
};

}  // namespace sr::host
