// tests/plugins/stores/postgres/server.h - a real PostgreSQL server, in a folder of its own.
//
// It listens on a Unix socket in that folder only and dies with the test. fsync is off: what is
// killed here are processes, never the machine. initdb and postgres
// refuse root, so under root they run as the user postgres of Debian's packages.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace sr::test {

class PostgresServer {
 public:
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // The one of this test binary, started when it is first asked for.
  static PostgresServer& instance();

  void start();
  void stop();  // as after a crash: at once, its clients are cut off
  void freeze();  // none of its processes runs until thaw()
  void thaw();
  // An empty database that the login "app" owns; "app" may not make roles.
  std::string fresh_database();
  std::string url(const std::string& database, const std::string& user = "app") const;
  // As the superuser.
  void run(const std::string& database, const std::string& sql);
  std::string text(const std::string& database, const std::string& sql);  // the first value
  // A folder beside the data.
  std::filesystem::path make_folder(const std::string& name);
  void own(const std::filesystem::path& folder);  // gives it to the server
  std::filesystem::path journal() const { return folder_ / "data/pg_wal"; }

 private:
  void signal_all(int signal);
  int run_as_owner(const std::vector<std::string>& command, bool wait);

  std::filesystem::path folder_;
  pid_t process_ = -1;
  int databases_ = 0;
};

// A small file system beside the server's data.
class SmallDisk {
 public:
  SmallDisk(PostgresServer&, const char* size);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }  // false: this user may not mount anything
  const std::filesystem::path& folder() const { return folder_; }
  void fill();
  void empty();

 private:
  const std::filesystem::path folder_;
  bool mounted_ = false;
};

// The log's table alone on a small disk.
class SmallLog : public SmallDisk {
 public:
  SmallLog(PostgresServer&, std::string database);
  ~SmallLog();

 private:
  PostgresServer& server_;
  const std::string database_;
};

// The server's journal on a small disk: it stops when that is full. Restarts the server.
class SmallJournal : public SmallDisk {
 public:
  explicit SmallJournal(PostgresServer&);
  ~SmallJournal();

 private:
  void move_to(const std::filesystem::path&);

  PostgresServer& server_;
};

}  // namespace sr::test
