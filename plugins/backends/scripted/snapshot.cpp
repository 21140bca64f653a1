#include "snapshot.h"

#include <algorithm>

#include "state_runtime/plugin.hpp"

namespace sr::scripted {

namespace {

constexpr std::string_view kMagic = "SRSCRPT1";

[[noreturn]] void corrupt(const std::string& why) {
  throw Failure(SR_CORRUPT, "the saved sequence " + why + "; read the log instead");
}

void put(std::string& out, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(number >> (8 * i)));
}
void put(std::string& out, std::string_view text) {
  put(out, text.size(), 8);
  out += text;
}

class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  std::string_view take(std::uint64_t size) {
    if (size > bytes_.size()) corrupt("is damaged");
    const auto out = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return out;
  }
  std::uint64_t number(int bytes) {
    std::uint64_t out = 0;
    const auto from = take(static_cast<std::uint64_t>(bytes));
    for (int i = bytes; i-- > 0;) out = out << 8 | static_cast<unsigned char>(from[i]);
    return out;
  }
  std::string_view text() { return take(number(8)); }
  bool done() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

// In pieces, so that a damaged size asks for no more memory than there are bytes.
std::string read(const sr_reader& from, std::uint64_t size) {
  constexpr std::uint64_t kPiece = 64 * 1024;
  std::string out;
  while (out.size() < size) {
    const auto old = out.size();
    out.resize(old + std::min(kPiece, size - old));
    if (from.read(from.context, out.data() + old, out.size() - old) != 0) corrupt("is cut short");
  }
  return out;
}

}  // namespace

std::uint64_t checksum(std::string_view bytes) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return hash;
}

void save(const Reading& reading, std::string_view fingerprint, const sr_writer& to) {
  std::string body;
  put(body, fingerprint);
  put(body, reading.length(), 8);
  put(body, reading.refusals(), 4);
  put(body, reading.event() != nullptr ? 1 : 0, 1);
  put(body, reading.event() != nullptr ? std::string_view(reading.event()->json) : "");
  put(body, reading.line());
  std::string out(kMagic);
  put(out, body.size(), 8);
  put(out, checksum(body), 8);
  out += body;
  if (to.write(to.context, out.data(), out.size()) != 0) {
    throw Failure(SR_UNAVAILABLE, "the sequence could not be written");
  }
}

Reading load(std::string_view fingerprint, const sr_reader& from) {
  const auto head = read(from, kMagic.size() + 16);
  Cursor header(head);
  if (header.take(kMagic.size()) != kMagic) corrupt("is not one of the scripted backend");
  const auto size = header.number(8);
  const auto sum = header.number(8);
  const auto bytes = read(from, size);
  if (checksum(bytes) != sum) corrupt("is damaged");
  Cursor body(bytes);
  if (const auto theirs = body.text(); theirs != fingerprint) {
    corrupt("was made by " + std::string(theirs) + ", not by " + std::string(fingerprint));
  }
  const auto length = body.number(8);
  const auto refusals = static_cast<std::uint32_t>(body.number(4));
  const bool has_event = body.number(1) != 0;
  const auto json = body.text();
  const auto line = body.text();
  if (!body.done()) corrupt("is damaged");
  std::shared_ptr<Event> event;
  if (has_event) {
    event = std::make_shared<Event>();
    event->json = json;
  }
  return Reading(length, std::move(event), refusals, std::string(line));
}

}  // namespace sr::scripted
