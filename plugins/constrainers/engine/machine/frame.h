// engine/machine/frame.h - one unfinished value of a text.
#pragma once

#include <cstdint>

#include "engine/machine/program.h"

namespace sr::constrain {

// What the fields mean depends on the node's kind:
//   Literals   pos: state of the set
//   Automaton  phase: kQuote or kInside; pos: state of the automaton; count: characters begun.
//              Below another frame, it waits for what it called
//   Repeat     count: texts begun
//   Array      phase; count: items begun
//   Object     phase; pos: declared members before this one are done; key: state of the name, or
//              the index of the member whose value comes (free ones behind the declared); in any
//              order, count: the members that are done as bits, and pos is the last one's number
//   Distinct   phase (kValue: in an item); count: state of the item; pos, key: those taken as bits
//   Slot       phase: kQuote (opening), kInside, kAfter (closing); pos, key, count: at, length and
//              end of a SlotCursor; spaces: 1 when it is the only place. Never below another frame
// In arrays and objects, `spaces` counts white space since the last other byte.
struct Frame {
  enum Phase : std::uint8_t {
    kQuote, kInside,
    kOpen, kFirst, kNext, kAfter,       // '[' or '{' to come; item 0; item n; after a value
    kName, kColon, kValue,              // in a declared name; ':' to come; value to come
  };

  NodeId node;
  Phase phase = kQuote;
  std::uint16_t spaces = 0;
  std::uint32_t pos = 0, key = 0, count = 0;
  bool operator==(const Frame&) const = default;
};

}  // namespace sr::constrain
