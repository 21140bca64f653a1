#include "host/plugins/interfaces.h"

#include <array>
#include <cstring>

#include "host/plugins/registry.h"
#include "state_runtime/backend.h"
#include "state_runtime/constrainer.h"
#include "state_runtime/store.h"
#include "state_runtime/transport.h"

namespace sr::host {
namespace {

constexpr std::array kBackend{
    TableEntry{"describe", offsetof(sr_backend, describe)},
    TableEntry{"vocabulary", offsetof(sr_backend, vocabulary)},
    TableEntry{"tokenize", offsetof(sr_backend, tokenize)},
    TableEntry{"open", offsetof(sr_backend, open)},
    TableEntry{"fork", offsetof(sr_backend, fork)},
    TableEntry{"close", offsetof(sr_backend, close)},
    TableEntry{"length", offsetof(sr_backend, length)},
    TableEntry{"forward", offsetof(sr_backend, forward)},
    TableEntry{"sample", offsetof(sr_backend, sample)},
    TableEntry{"keep", offsetof(sr_backend, keep), "this backend cannot drop tokens"},
    TableEntry{"save", offsetof(sr_backend, save),
               "this backend cannot save sequences; they are read again from the log"},
    TableEntry{"load", offsetof(sr_backend, load),
               "this backend cannot load sequences; they are read again from the log"},
    TableEntry{"interrupt", offsetof(sr_backend, interrupt),
               "this backend cannot be interrupted; its calls run to their end"},
    TableEntry{"pin", offsetof(sr_backend, pin), "this backend does not let tokens be pinned"},
};

constexpr std::array kConstrainer{
    TableEntry{"compile", offsetof(sr_constrainer, compile)},
    TableEntry{"release", offsetof(sr_constrainer, release)},
    TableEntry{"open", offsetof(sr_constrainer, open)},
    TableEntry{"fork", offsetof(sr_constrainer, fork)},
    TableEntry{"close", offsetof(sr_constrainer, close)},
    TableEntry{"fill_mask", offsetof(sr_constrainer, fill_mask)},
    TableEntry{"accept", offsetof(sr_constrainer, accept)},
    TableEntry{"forced", offsetof(sr_constrainer, forced)},
    TableEntry{"rollback", offsetof(sr_constrainer, rollback)},
    TableEntry{"status", offsetof(sr_constrainer, status)},
    TableEntry{"explain", offsetof(sr_constrainer, explain)},
    TableEntry{"open_with", offsetof(sr_constrainer, open_with),
               "this constrainer cannot be used for grammars with slots: it lacks open_with(), "
               "which plugins of ABI 1.2 can have"},
};

constexpr std::array kStore{
    TableEntry{"catalog", offsetof(sr_store, catalog)},
    TableEntry{"run_script", offsetof(sr_store, run_script)},
    TableEntry{"begin", offsetof(sr_store, begin)},
    TableEntry{"execute", offsetof(sr_store, execute)},
    TableEntry{"commit", offsetof(sr_store, commit)},
    TableEntry{"rollback", offsetof(sr_store, rollback)},
    TableEntry{"session_create", offsetof(sr_store, session_create)},
    TableEntry{"session_claim", offsetof(sr_store, session_claim)},
    TableEntry{"session_get", offsetof(sr_store, session_get)},
    TableEntry{"log_append", offsetof(sr_store, log_append)},
    TableEntry{"log_read", offsetof(sr_store, log_read)},
    TableEntry{"log_last", offsetof(sr_store, log_last)},
    TableEntry{"event_seen", offsetof(sr_store, event_seen)},
    TableEntry{"snapshot_put", offsetof(sr_store, snapshot_put),
               "this store keeps no snapshots; sequences are read again from the log"},
    TableEntry{"snapshot_get", offsetof(sr_store, snapshot_get),
               "this store keeps no snapshots; sequences are read again from the log"},
    TableEntry{"watch", offsetof(sr_store, watch),
               "this store cannot report changes made by others; views that show them are "
               "repainted only by this host's own actions"},
    TableEntry{"dependencies", offsetof(sr_store, dependencies),
               "this store cannot tell which tables a change reaches; every change counts as one "
               "of every table"},
    TableEntry{"ready", offsetof(sr_store, ready),
               "this store cannot tell beforehand whether it could keep a change"},
    TableEntry{"examine", offsetof(sr_store, examine),
               "this store does not look for rights that are missing"},
    TableEntry{"sessions_before", offsetof(sr_store, sessions_before),
               "this store cannot find old sessions; they are kept for ever"},
    TableEntry{"session_delete", offsetof(sr_store, session_delete),
               "this store cannot delete sessions; they are kept for ever"},
};

constexpr std::array kTransport{
    TableEntry{"start", offsetof(sr_transport, start)},
    TableEntry{"address", offsetof(sr_transport, address)},
    TableEntry{"send", offsetof(sr_transport, send)},
    TableEntry{"close", offsetof(sr_transport, close)},
    TableEntry{"respond", offsetof(sr_transport, respond),
               "this transport carries no HTTP requests"},
    TableEntry{"drain", offsetof(sr_transport, drain)},
    TableEntry{"stop", offsetof(sr_transport, stop)},
};

constexpr std::array kInterfaces{
    InterfaceInfo{SR_BACKEND_ID, "backend", offsetof(sr_backend, pin), kBackend},
    InterfaceInfo{SR_STORE_ID, "store", offsetof(sr_store, dependencies), kStore},
    InterfaceInfo{SR_TRANSPORT_ID, "transport", sizeof(sr_transport), kTransport},
    InterfaceInfo{SR_CONSTRAINER_ID, "constrainer", offsetof(sr_constrainer, open_with),
                  kConstrainer},
};

}  // namespace

std::span<const InterfaceInfo> interfaces() { return kInterfaces; }

const InterfaceInfo* find_interface(std::string_view id) {
  for (const auto& info : kInterfaces) {
    if (id == info.id) return &info;
  }
  return nullptr;
}

std::string_view interface_name(std::string_view interface_id) {
  const auto* info = find_interface(interface_id);
  return info == nullptr ? std::string_view() : info->name;
}

bool has_entry(const void* table, const TableEntry& entry) {
  void (*function)() = nullptr;  // every entry of a table is a function pointer
  std::memcpy(&function, static_cast<const char*>(table) + entry.offset, sizeof function);
  return function != nullptr;
}

Error unsupported(const Instance& instance, std::string_view name) {
  const auto* info = find_interface(instance.component().interface_id);
  for (const auto& entry : info->entries) {
    if (name == entry.name) return {SR_UNSUPPORTED, instance.label(), entry.without, {}};
  }
  return {SR_UNSUPPORTED, instance.label(), "this plugin does not offer " + std::string(name), {}};
}

}  // namespace sr::host
