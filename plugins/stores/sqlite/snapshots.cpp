#include "snapshots.h"

#include "log.h"
#include "statement.h"

namespace sr::sqlite {

void put_snapshot(Connection& c, std::string_view id, std::string_view fingerprint,
                  std::uint64_t seq, std::string_view data) {
  const auto session = get_session(c, id);
  Query put(c, "INSERT INTO main.sr_snapshots (session, fingerprint, seq, checksum, data) "
               "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (session, fingerprint) DO UPDATE SET "
               "seq = excluded.seq, checksum = excluded.checksum, data = excluded.data "
               "WHERE excluded.seq >= seq");
  put.bind(session.number).bind(fingerprint).bind(static_cast<std::int64_t>(seq));
  const auto checksum = stores::snapshot_checksum(id, fingerprint, seq, data);
  put.bind(static_cast<std::int64_t>(checksum)).bind_blob(data);
  put.step();
}

std::uint64_t get_snapshot(Connection& c, std::string_view id, std::string_view fingerprint,
                           const std::function<void(sr_bytes)>& data) {
  Query query(c, "SELECT p.seq, p.checksum, p.data FROM main.sr_snapshots p "
                 "JOIN main.sr_sessions s ON s.number = p.session "
                 "WHERE s.id = ?1 AND p.fingerprint = ?2");
  query.bind(id).bind(fingerprint);
  if (!query.step()) throw stores::no_snapshot(id, fingerprint);
  const auto seq = static_cast<std::uint64_t>(query.integer(0));
  const auto bytes = query.blob(2);
  if (stores::snapshot_checksum(id, fingerprint, seq, bytes) != query.integer(1)) {
    throw stores::damaged_snapshot(id, seq);
  }
  data({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  return seq;
}

}  // namespace sr::sqlite
