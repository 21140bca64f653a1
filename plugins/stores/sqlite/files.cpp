#include "files.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace sr::sqlite {
namespace {

constexpr mode_t kPrivate = S_IRUSR | S_IWUSR;

}  // namespace

void make_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kPrivate);
  if (file >= 0) ::close(file);
}

Files::Files(Host host, const std::string& path) : host_(host), path_(path) {
  for (const auto* end : {"", "-wal", "-shm"}) {
    struct stat found {};
    if (::stat((path + end).c_str(), &found) != 0) continue;
    known_.push_back({path + end, found.st_dev, found.st_ino});
  }
}

std::string Files::missing() const {
  for (const auto& file : known_) {
    struct stat found {};
    if (::stat(file.path.c_str(), &found) != 0) return file.path + " is not there any more";
    if (found.st_dev != file.device || found.st_ino != file.number) {
      return file.path + " is not the file any more that this host has open";
    }
  }
  return {};
}

void Files::check() {
  const auto wrong = missing();
  if (wrong.empty()) {
    if (gone_.load(std::memory_order_relaxed) && gone_.exchange(false)) {
      host_.log(SR_LOG_INFO, path_ + " is back; events are taken again");
    }
    return;
  }
  const auto what = wrong + ": what is written now would be lost, so nothing is taken; put it back, "
                            "or restart the host to begin with what is there";
  if (!gone_.exchange(true)) host_.log(SR_LOG_ERROR, what);
  throw Failure(SR_UNAVAILABLE, what);
}

void Files::check_writable() {
  check();
  if (::access(path_.c_str(), W_OK) != 0) {
    throw Failure(SR_UNAVAILABLE, path_ + " is read-only; give this user the right to write to the "
                                          "file and its folder");
  }
  struct statvfs disk {};
  if (::statvfs(path_.c_str(), &disk) == 0 && disk.f_bavail == 0) {
    throw Failure(SR_UNAVAILABLE, "there is no space left for " + path_ + "; free some");
  }
}

}  // namespace sr::sqlite
