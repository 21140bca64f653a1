#include "snapshots.h"

#include "log.h"
#include "values.h"

namespace sr::postgres {

void put_snapshot(Connection& c, std::string_view id, std::string_view fingerprint,
                  std::uint64_t seq, std::string_view data) {
  const auto session = get_session(c, id);
  const auto checksum = stores::snapshot_checksum(id, fingerprint, seq, data);
  c.own("INSERT INTO @.snapshots AS kept (session, fingerprint, seq, checksum, data) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (session, fingerprint) DO UPDATE SET "
        "seq = excluded.seq, checksum = excluded.checksum, data = excluded.data "
        "WHERE excluded.seq >= kept.seq",
        Parameters()
            .add(session.number)
            .add(fingerprint)
            .add(static_cast<std::int64_t>(seq))
            .add(static_cast<std::int64_t>(checksum))
            .add_bytes(data),
        "keeping the snapshot");
}

std::uint64_t get_snapshot(Connection& c, std::string_view id, std::string_view fingerprint,
                           const std::function<void(sr_bytes)>& data) {
  const auto session = find_session(c, id);
  if (!session) throw stores::no_snapshot(id, fingerprint);
  const auto rows = c.own("SELECT seq, checksum, data FROM @.snapshots "
                          "WHERE session = $1 AND fingerprint = $2",
                          Parameters().add(session->number).add(fingerprint),
                          "reading the snapshot");
  if (rows.empty()) throw stores::no_snapshot(id, fingerprint);
  const auto seq = rows[0][0].as<std::uint64_t>();
  const auto bytes = bytes_of(rows[0][2]);
  if (stores::snapshot_checksum(id, fingerprint, seq, bytes) != rows[0][1].as<std::int64_t>()) {
    throw stores::damaged_snapshot(id, seq);
  }
  data({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  return seq;
}

}  // namespace sr::postgres
