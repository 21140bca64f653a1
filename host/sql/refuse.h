// host/sql/refuse.h - how the parts of the guard say no. Thrown and caught inside this room only:
// Guard::action and Guard::binding turn it into a value.
#pragma once

#include <string>
#include <utility>

#include "host/sql/guard.h"

namespace sr::host::sql {

struct Refused {
  Refusal refusal;
};

[[noreturn]] inline void refuse(std::string rule, std::string why, int at = -1) {
  throw Refused{{std::move(rule), std::move(why), at}};
}

}  // namespace sr::host::sql
