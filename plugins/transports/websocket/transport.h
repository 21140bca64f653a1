// plugins/transports/websocket/transport.h - the `websocket` component: listens, accepts, and
// finds the connection that a call of the host is about. Thread rules: state_runtime/transport.h.
#pragma once

#include <string>
#include <thread>

#include "hub.h"

namespace sr::websocket {

class WebsocketTransport : public Transport {
 public:
  using Interface = Transport;
  static constexpr const char* kType = "websocket";
  static constexpr const char* kSummary =
      "Serves the canvas: sr.v1 over WebSocket, and the host's pages over HTTP.";
  static const sr_option* const kOptions[];

  WebsocketTransport(Host, const Config&);
  ~WebsocketTransport() override;

  void start(const TransportEvents&) override;
  std::string address() const override;
  bool send(std::uint64_t connection, std::string_view text) override;
  void close(std::uint64_t connection, sr_close why, std::string_view reason) override;
  void respond(std::uint64_t exchange, const sr_response&) override;
  void drain() noexcept override;
  void stop() noexcept override;

 private:
  using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

  void listen();
  void fit_to_open_files();
  void accept();
  void accepted(Socket);
  void close_everything();

  Hub hub_;
  Acceptor acceptor_;
  Timer pause_;  // after an accept that failed
  bool told_ = false;  // that accepting fails, until it does not any more
  std::string address_;
  std::thread thread_;
};

}  // namespace sr::websocket
