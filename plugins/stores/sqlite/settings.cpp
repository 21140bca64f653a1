#include "settings.h"

namespace sr::sqlite {
namespace {

constexpr const char* kSynchronousChoices[] = {"full", "normal", nullptr};

constexpr auto kPath = option({.name = "path",
                               .type = SR_PATH,
                               .flags = SR_REQUIRED,
                               .doc = "The database file. It is made when it does not exist; its "
                                      "folder must exist.",
                               .example = "alerts.db"});
constexpr auto kLockTimeout =
    option({.name = "lock_timeout",
            .type = SR_DURATION,
            .fallback = "5s",
            .min = "0ms",
            .max = "10m",
            .doc = "How long a transaction waits for another one, of this process or of another, "
                   "before it is refused."});
constexpr auto kStatementTimeout =
    option({.name = "statement_timeout",
            .type = SR_DURATION,
            .fallback = "5s",
            .min = "1ms",
            .max = "1h",
            .doc = "How long one statement may run when the host gives it no time of its own."});
constexpr auto kConnections =
    option({.name = "connections",
            .type = SR_INT,
            .fallback = "8",
            .min = "1",
            .max = "64",
            .doc = "How many transactions can read at once; the host reads with up to 6. There is always "
                   "one writer."});
constexpr auto kCache = option({.name = "cache",
                                .type = SR_SIZE,
                                .fallback = "8MiB",
                                .min = "64KiB",
                                .max = "16GiB",
                                .doc = "Memory for database pages, for each connection."});
constexpr auto kWatchInterval =
    option({.name = "watch_interval",
            .type = SR_DURATION,
            .fallback = "250ms",
            .min = "10ms",
            .max = "1h",
            .doc = "How often the file is checked for changes made by other programs."});
constexpr auto kSynchronous =
    option({.name = "synchronous",
            .type = SR_ENUM,
            .flags = SR_ADVANCED,
            .fallback = "full",
            .choices = kSynchronousChoices,
            .doc = "full: a commit survives a power cut. normal: it survives a crash of the "
                   "program, but a power cut may undo the last commits."});
constexpr auto kCheckpointPages =
    option({.name = "checkpoint_pages",
            .type = SR_INT,
            .flags = SR_ADVANCED,
            .fallback = "1000",
            .min = "10",
            .max = "1000000",
            .doc = "The write-ahead log is copied into the database file, in the background, "
                   "when it has grown to so many pages."});

}  // namespace

const sr_option* const kOptions[] = {&kPath,  &kLockTimeout,   &kStatementTimeout,
                                     &kConnections, &kCache,   &kWatchInterval,
                                     &kSynchronous, &kCheckpointPages, nullptr};

Settings::Settings(const Config& config)
    : path(config.string("path")),
      synchronous(config.string("synchronous")),
      lock_timeout(config.integer("lock_timeout")),
      statement_timeout(config.integer("statement_timeout")),
      watch_interval(config.integer("watch_interval")),
      connections(static_cast<int>(config.integer("connections"))),
      cache_bytes(config.integer("cache")),
      checkpoint_pages(static_cast<int>(config.integer("checkpoint_pages"))) {}

}  // namespace sr::sqlite
