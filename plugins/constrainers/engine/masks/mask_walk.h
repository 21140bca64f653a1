// engine/masks/mask_walk.h - works out which tokens a stack can read.
//
// The general way is to walk the vocabulary's trie with the machine in step. Between two
// characters of a text that goes on with most characters, the vocabulary's division into
// TextTokens answers for nearly all of them at once. One thread, one walk.
//
// Where a grammar has slots, a walk answers for all texts that they may hold: what depends on them
// is told apart (Depends), and the stacks that it begins with are taken to go on to an end.
#pragma once

#include <bitset>
#include <map>
#include <span>
#include <vector>

#include "engine/machine/machine.h"
#include "engine/masks/mask.h"
#include "engine/masks/vocabulary.h"

namespace sr::constrain {

class MaskWalk {
 public:
  MaskWalk(Machine& machine, const Vocabulary& vocabulary)
      : machine_(machine), vocabulary_(vocabulary), bits_(vocabulary.words()) {
    into_ = &bits_;
  }
  Mask tokens_of(const Stack* stack) &&;
  // What any of them can read. Cheaper than one by one where they come to have the same frame, as
  // rules do that begin alike and end in different ones; but not where is_text() holds.
  Mask tokens_of(std::span<const Stack* const> stacks) &&;
  // Between two characters of a text that may loop there?
  static bool is_text(const Machine& machine, const Stack* stack);

 private:
  using Range = TokenTrie::Range;

  void walk(const TokenTrie& trie, Range range, StackSet& set);
  void walk_node(const TokenTrie& trie, std::uint32_t at, std::vector<const Stack*>& readers);
  Mask finish();

  // Where a grammar has slots.
  void take_entrances(const TokenTrie& trie, Range range, std::vector<const Stack*>& stacks);
  bool mark_staying(const TokenTrie& trie, std::uint32_t at, std::span<const Stack* const> readers);
  Bits& tokens_to(const StackSet& set);
  bool is_settled(const Stack* stack) const;
  bool meets_slot(const StackSet& set) const;
  bool is_settled_below(const Stack* stack) const;
  bool may_go_alone(std::span<const Stack* const> readers) const;
  // What may be read beside an automaton, where it may be done.
  struct Exits {
    bool known = false;
    StackSet set;
    std::bitset<256> bytes;
  };
  // What stands below a frame, in each of the stacks that it is on top of.
  using Below = std::pair<const std::vector<const Stack*>, Exits>;
  void walk_automaton(const TokenTrie& trie, Range range, const Automaton& a, const Frame& frame,
                      Below& below, const Exits* exits);
  void go_on(const TokenTrie& trie, Range range, const Automaton& a, const Frame& frame,
             Below& below);
  void add_frame(const Automaton& a, const Frame& frame, const Below& below, StackSet& out);
  StackSet& behind_space(const std::vector<const Stack*>& readers);
  Below& below_of(std::span<const Stack* const> readers);
  const Exits& behind(Below& below);
  static bool stays(const TokenTrie& trie, std::uint32_t at, const Automaton& a,
                    const Frame& frame);
  bool any_stays(const TokenTrie& trie, std::uint32_t at,
                 std::span<const Stack* const> readers) const;
  void mark_below(const TokenTrie& trie, std::uint32_t at) {
    for (const auto token : trie.tokens_below(at)) mark(token);
  }
  static const Automaton* automaton_of(const Machine& machine, const Stack* stack);
  const Automaton* automaton_of(const Stack* stack) const { return automaton_of(machine_, stack); }

  // A stack between two characters of a text, where some characters lead back to it.
  struct Loop {
    const Automaton& a;
    const Stack* stack;
    const ByteDfa::Row& row;
    bool counting = false;         // a token may reach a bound of the length
    std::bitset<256> back;         // the bytes of characters that lead back
    bool all_plain_back = true;    // all plain characters do
    std::vector<std::uint8_t> out; // characters that do not, and can be read
    StackSet others;               // what may be read here, or when the length allows it, instead
    std::bitset<256> other_bytes;
  };
  // False when the general way is needed; then nothing has been marked.
  bool text_tokens(const Automaton& a, const Stack* stack);
  bool find_loop(Loop& loop);
  void plain_tokens(const Loop& loop);
  void tail_tokens(const Loop& loop, std::uint8_t c);
  static bool is_roomy(const Loop& loop, std::span<const std::uint8_t> bytes, std::size_t at);
  bool fits(const Loop& loop, std::span<const std::uint8_t> bytes, std::size_t at);
  bool reads_all(const Stack* stack, std::span<const std::uint8_t> bytes);

  void mark(std::int32_t token) {
    (*into_)[static_cast<std::size_t>(token) / 32] |= 1U
                                                      << (static_cast<std::uint32_t>(token) % 32);
  }
  void mark_twins(Bits& bits) const;

  Machine& machine_;
  const Vocabulary& vocabulary_;
  Bits bits_;
  Bits* into_;  // where tokens are marked: bits_, or those of a group
  const Stack* given_ = nullptr;  // goes on to an end: what the walk begins with
  std::map<std::vector<const Stack*>, Bits> groups_;
  std::vector<Depends::Entrance> entrances_;
  bool in_rests_ = false, lost_ = false;  // a slot was met where it cannot be told apart
  std::map<std::vector<const Stack*>, Exits> below_;
  std::map<std::vector<const Stack*>, StackSet> spaced_;
};

}  // namespace sr::constrain
