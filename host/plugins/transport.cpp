#include "host/plugins/transport.h"

#include "host/plugins/interfaces.h"

namespace sr::host {
namespace {

Headers headers_of(const sr_header* headers, std::size_t count) {
  Headers out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    out.emplace_back(view(headers[i].name), view(headers[i].value));
  }
  return out;
}

}  // namespace

// Stands between the transport's threads and the listener. An exception of the listener (memory
// is all that it may run out of) must not reach the plugin: it ends that one connection.
struct TransportBridge {
  TransportListener* listener = nullptr;
  const sr_transport* table;
  sr_instance* instance;

  static TransportBridge& of(void* context) { return *static_cast<TransportBridge*>(context); }

  template <class Fn>
  void connection(std::uint64_t id, Fn&& fn) noexcept {
    try {
      fn();
    } catch (...) {
      table->close(instance, id, SR_CLOSE_INTERNAL, str("the host could not handle this message"));
    }
  }

  static void opened(void* context, std::uint64_t id, const sr_peer* peer) noexcept {
    auto& self = of(context);
    self.connection(id, [&] {
      const bool waits = SR_HAS(peer, flags) && (peer->flags & SR_PEER_WAITS) != 0;
      self.listener->opened(id, {std::string(view(peer->address)), std::string(view(peer->user)),
                                 headers_of(peer->headers, peer->header_count), waits});
    });
  }
  static void message(void* context, std::uint64_t id, sr_str text) noexcept {
    auto& self = of(context);
    self.connection(id, [&] { self.listener->message(id, std::string(view(text))); });
  }
  static void writable(void* context, std::uint64_t id) noexcept {
    auto& self = of(context);
    self.connection(id, [&] { self.listener->writable(id); });
  }
  static void closed(void* context, std::uint64_t id, sr_str reason) noexcept {
    auto& self = of(context);
    self.connection(id, [&] { self.listener->closed(id, std::string(view(reason))); });
  }
  static void request(void* context, std::uint64_t exchange, const sr_request* r) noexcept {
    auto& self = of(context);
    try {
      self.listener->request(exchange, {std::string(view(r->method)), std::string(view(r->path)),
                                        std::string(view(r->query)), std::string(view(r->body)),
                                        headers_of(r->headers, r->header_count)});
    } catch (...) {
      if (self.table->respond == nullptr) return;
      sr_response failed{};
      failed.struct_size = sizeof failed;
      failed.status = 500;
      AbiError error;
      self.table->respond(self.instance, exchange, &failed, &error);
    }
  }
  static void finished(void* context) noexcept { of(context).listener->finished(); }
  static void unread(void* context, std::uint64_t id, sr_str why) noexcept {
    auto& self = of(context);
    self.connection(id, [&] { self.listener->unread(id, std::string(view(why))); });
  }
};

LoadedTransport::LoadedTransport(std::shared_ptr<Instance> instance)
    : bridge_(new TransportBridge{nullptr, table_of<sr_transport>(*instance), instance->get()}),
      instance_(std::move(instance)),
      table_(bridge_->table) {}

Status LoadedTransport::start(TransportListener& listener) {
  bridge_->listener = &listener;
  const sr_transport_events events{sizeof events,
                                   bridge_.get(),
                                   TransportBridge::opened,
                                   TransportBridge::message,
                                   TransportBridge::writable,
                                   TransportBridge::closed,
                                   TransportBridge::request,
                                   TransportBridge::finished,
                                   TransportBridge::unread};
  AbiError error;
  const auto code = table_->start(instance_->get(), &events, &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return {};
}

std::string LoadedTransport::address() const {
  std::string text(128, '\0');
  for (;;) {
    const auto length = table_->address(instance_->get(), text.data(), text.size());
    const bool fits = length <= text.size();
    text.resize(length);
    if (fits) return text;
  }
}

Status LoadedTransport::send(std::uint64_t connection, std::string_view text) {
  AbiError error;
  const auto code = table_->send(instance_->get(), connection, str(text), &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return {};
}

void LoadedTransport::close(std::uint64_t connection, sr_close why, std::string_view reason) {
  table_->close(instance_->get(), connection, why, str(reason));
}

Status LoadedTransport::respond(std::uint64_t exchange, const HttpResponse& response) {
  if (table_->respond == nullptr) return unsupported(*instance_, "respond");
  std::vector<sr_header> headers;
  headers.reserve(response.headers.size());
  for (const auto& [name, value] : response.headers) headers.push_back({str(name), str(value)});
  const sr_response raw{sizeof raw, response.status, str(response.body), headers.data(),
                        headers.size()};
  AbiError error;
  const auto code = table_->respond(instance_->get(), exchange, &raw, &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return {};
}

void LoadedTransport::drain() { table_->drain(instance_->get()); }

void LoadedTransport::stop() { table_->stop(instance_->get()); }

}  // namespace sr::host
