// host/plugins/interfaces.h - the four interfaces as data: their ids and the entries of their
// tables. The handshake refuses a table that lacks a mandatory entry; the wrappers beside this
// file answer SR_UNSUPPORTED, with the sentence given here, for an optional one.
//
// Mandatory is what is pure virtual in the interface's C++ class. Constant data; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "host/plugins/instance.h"

namespace sr::host {

struct TableEntry {
  const char* name;
  std::size_t offset;
  const char* without = nullptr;  // what a null entry means to people; nullptr: it is mandatory
};

struct InterfaceInfo {
  const char* id;       // "sr.backend/1"
  const char* name;     // "backend"
  std::size_t size;     // bytes of its table in ABI 1.0
  std::span<const TableEntry> entries;
};

std::span<const InterfaceInfo> interfaces();
const InterfaceInfo* find_interface(std::string_view id);

// The function pointer at `offset` of a table, null or not.
bool has_entry(const void* table, const TableEntry& entry);

// The SR_UNSUPPORTED answer for the optional entry `name` of this instance's interface.
Error unsupported(const Instance& instance, std::string_view name);

}  // namespace sr::host
