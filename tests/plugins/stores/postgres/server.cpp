#include "tests/plugins/stores/postgres/server.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <pqxx/pqxx>
#include <stdexcept>
#include <thread>

namespace sr::test {
namespace {

namespace fs = std::filesystem;

fs::path programs() {
  fs::path newest;
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none)) {
    if (fs::exists(version.path() / "bin/initdb")) newest = std::max(newest, version.path() / "bin");
  }
  if (newest.empty()) {
    throw std::runtime_error("these tests need PostgreSQL: apt-get install postgresql");
  }
  return newest;
}

const passwd* other_user() {
  if (::geteuid() != 0) return nullptr;
  const auto* user = ::getpwnam("postgres");
  if (user == nullptr) throw std::runtime_error("there is no user postgres to run the server as");
  return user;
}

}  // namespace

PostgresServer& PostgresServer::instance() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() {
  char name[] = "/tmp/state-runtime-pg-XXXXXX";
  if (::mkdtemp(name) == nullptr) throw std::runtime_error("cannot make a folder");
  folder_ = name;
  own(folder_);
  if (run_as_owner({programs() / "initdb", "-D", folder_ / "data", "-A", "trust", "-U", "postgres",
                    "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"},
                   /*wait=*/true) != 0) {
    throw std::runtime_error("initdb failed; see " + (folder_ / "output").string());
  }
  start();
  run("postgres", "CREATE ROLE app LOGIN");
}

PostgresServer::~PostgresServer() {
  stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

int PostgresServer::run_as_owner(const std::vector<std::string>& command, bool wait) {
  const auto* user = other_user();
  const auto output = (folder_ / "output").string();
  std::vector<char*> argv;
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    const int file = ::open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0666);
    ::dup2(file, 1);
    ::dup2(file, 2);
    ::close_range(3, ~0u, 0);
    if (user != nullptr && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (::getppid() != parent) ::_exit(125);
    if (::chdir("/") != 0) ::_exit(124);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  if (!wait) {
    process_ = child;
    return 0;
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

void PostgresServer::start() {
  if (process_ > 0) return;
  run_as_owner({programs() / "postgres", "-D", folder_ / "data", "-k", folder_, "-h", "", "-c",
                "max_connections=200", "-c", "fsync=off"},
               /*wait=*/false);
  for (int tries = 0;; ++tries) {
    try {
      pqxx::connection connection(url("postgres", "postgres"));
      return;
    } catch (const pqxx::broken_connection&) {
      if (tries > 600) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
}

void PostgresServer::stop() {
  if (process_ <= 0) return;
  thaw();
  ::kill(process_, SIGQUIT);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

// Its processes are each in a group of their own.
void PostgresServer::signal_all(int signal) {
  const auto id = std::to_string(process_);
  std::ifstream children("/proc/" + id + "/task/" + id + "/children");
  ::kill(process_, signal);
  for (pid_t child = 0; children >> child;) ::kill(child, signal);
}

void PostgresServer::freeze() { signal_all(SIGSTOP); }
void PostgresServer::thaw() { signal_all(SIGCONT); }

std::string PostgresServer::fresh_database() {
  const auto name = "test" + std::to_string(++databases_);
  run("postgres", "CREATE DATABASE " + name + " OWNER app");
  return name;
}

std::string PostgresServer::url(const std::string& database, const std::string& user) const {
  return "postgresql:///" + database + "?host=" + folder_.string() + "&user=" + user;
}

std::filesystem::path PostgresServer::make_folder(const std::string& name) {
  const auto made = folder_ / name;
  fs::create_directory(made);
  return made;
}

void PostgresServer::own(const std::filesystem::path& folder) {
  const auto* user = other_user();
  if (user != nullptr && ::chown(folder.c_str(), user->pw_uid, user->pw_gid) != 0) {
    throw std::runtime_error("chown failed");
  }
}

void PostgresServer::run(const std::string& database, const std::string& sql) {
  pqxx::connection connection(url(database, "postgres"));
  pqxx::nontransaction work(connection);
  work.exec(sql);
}

std::string PostgresServer::text(const std::string& database, const std::string& sql) {
  pqxx::connection connection(url(database, "postgres"));
  pqxx::nontransaction work(connection);
  const auto rows = work.exec(sql);
  return rows.empty() || rows[0][0].is_null() ? "" : rows[0][0].c_str();
}

SmallDisk::SmallDisk(PostgresServer& server, const char* size) : folder_(server.make_folder("small")) {
  const auto data = std::string("size=") + size;
  mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, data.c_str()) == 0;
  if (mounted_) server.own(folder_);
}

SmallDisk::~SmallDisk() {
  if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
}

void SmallDisk::fill() {
  std::ofstream file(folder_ / "ballast", std::ios::binary);
  const std::string block(4096, 'x');
  while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
}

void SmallDisk::empty() {
  std::error_code none;
  fs::remove(folder_ / "ballast", none);
}

SmallLog::SmallLog(PostgresServer& server, std::string database)
    : SmallDisk(server, "4m"), server_(server), database_(std::move(database)) {
  if (!mounted()) return;
  server_.run("postgres", "CREATE TABLESPACE small LOCATION '" + folder().string() + "'");
  server_.run(database_, "ALTER TABLE state_runtime.log SET TABLESPACE small");
}

SmallLog::~SmallLog() {
  if (!mounted()) return;
  empty();
  server_.run(database_, "ALTER TABLE state_runtime.log SET TABLESPACE pg_default");
  server_.run("postgres", "CHECKPOINT");
  server_.run("postgres", "DROP TABLESPACE small");
}

SmallJournal::SmallJournal(PostgresServer& server) : SmallDisk(server, "128m"), server_(server) {
  if (!mounted()) return;
  server_.run("postgres", "CHECKPOINT");
  move_to(folder() / "journal");
}

SmallJournal::~SmallJournal() {
  if (!mounted()) return;
  empty();
  move_to(server_.make_folder("journal"));
}

// The old journal's folder is left where it is.
void SmallJournal::move_to(const std::filesystem::path& folder) {
  server_.stop();
  fs::copy(server_.journal(), folder, fs::copy_options::recursive);
  for (const auto& path : fs::recursive_directory_iterator(folder)) server_.own(path);
  server_.own(folder);
  if (fs::is_symlink(server_.journal())) {
    fs::remove(server_.journal());
  } else {
    fs::remove_all(server_.journal());
  }
  fs::create_directory_symlink(folder, server_.journal());
  server_.start();
}

}  // namespace sr::test
