// Drives the plugin as the host does: through the table behind its one symbol. Needs no framework.
#include <cstdio>
#include <cstring>

#include "state_runtime/backend.h"

extern "C" const sr_plugin* sr_plugin_v1_echo() noexcept;  // the static twin's name

static int failures = 0;
static void expect(bool ok, const char* what) {
  if (ok) return;
  std::printf("FAILED: %s\n", what);
  ++failures;
}

// A host with the options of the table's defaults.
static sr_host_api test_host() {
  sr_host_api api{};
  api.struct_size = sizeof api;
  api.log_enabled = [](sr_host*, int32_t) noexcept { return 0; };
  api.get_int = [](const sr_config*, const char*, int64_t* out) noexcept -> sr_code {
    *out = 4096;
    return SR_OK;
  };
  api.get_string = [](const sr_config*, const char*, sr_str* out) noexcept -> sr_code {
    *out = {"keep", 4};
    return SR_OK;
  };
  return api;
}

int main() {
  const auto& component = *sr_plugin_v1_echo()->components[0];
  const auto& table = *static_cast<const sr_backend*>(component.vtable);
  const auto api = test_host();
  sr_error error{};
  error.struct_size = sizeof error;
  sr_instance* echo = nullptr;
  expect(component.create(&api, nullptr, &echo, &error) == SR_OK, "create");

  sr_sequence* sequence = nullptr;
  expect(table.open(echo, &sequence, &error) == SR_OK, "open");
  const int32_t hi[] = {'h', 'i'};
  sr_forward_item item{sizeof item, SR_LOGITS_LAST, sequence, hi, 2, &error};
  sr_forward_item* items[] = {&item};
  expect(table.forward(echo, items, 1, &error) == SR_OK, "forward");
  expect(table.length(echo, sequence) == 2, "length");

  uint32_t mask[9] = {};
  sr_pick pick{};
  pick.struct_size = sizeof pick;
  pick.sequence = sequence;
  pick.error = &error;
  sr_pick* picks[] = {&pick};
  expect(table.sample(echo, picks, 1, &error) == SR_OK && pick.token == 'i', "says it again");
  mask['k' / 32] = 1u << ('k' % 32);
  pick.mask = mask;
  expect(table.sample(echo, picks, 1, &error) == SR_OK && pick.token == 'k', "obeys the mask");
  mask['k' / 32] = 0;
  table.sample(echo, picks, 1, &error);
  expect(std::strcmp(error.message, "the mask allows no token") == 0, "says why it cannot");

  table.close(echo, sequence);
  component.destroy(echo);
  std::puts(failures == 0 ? "echo: all well" : "echo: FAILED");
  return failures;
}
