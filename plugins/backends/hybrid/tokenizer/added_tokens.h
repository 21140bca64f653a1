// tokenizer/added_tokens.h - tokens that are found in a text before anything else is done to it.
//
// Leftmost, then longest. Immutable after construction, any thread; no errors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sr::hybrid {

struct AddedToken {
  std::int32_t id = 0;
  std::string content;
  bool special = false;
  bool normalized = false;   // looked for in the normalised text, not in the text as given
  bool single_word = false;  // only where no letter or digit touches it
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // and behind it
  bool control = false;      // written like a special token, whatever the file calls it
};

class AddedTokens {
 public:
  struct Piece {
    std::string_view text;
    std::int32_t id = -1;  // -1: text between added tokens
  };

  AddedTokens() = default;
  // `spelling` is what to look for, `token` what it then is. Empty spellings are never found.
  void add(const std::string& spelling, const AddedToken& token);

  bool empty() const noexcept { return tokens_.empty(); }
  // Without `specials`, special and control tokens are skipped over as ordinary text.
  void cut(std::string_view text, bool specials, std::vector<Piece>& pieces) const;

 private:
  const AddedToken* longest_at(std::string_view text, std::size_t& length) const;

  struct Node {
    std::int32_t token = -1;
    std::int32_t first_child = -1;
    std::int32_t sibling = -1;
    unsigned char byte = 0;
  };
  std::int32_t child(std::int32_t node, unsigned char byte) const;

  std::vector<AddedToken> tokens_;
  std::vector<Node> nodes_ = {Node{}};
  bool starts_[256] = {};  // the bytes that some token begins with
};

}  // namespace sr::hybrid
