// tokenizer/tokenizer.h - texts to token ids and ids to bytes, as tokenizer.json says.
//
// Ids are those of the reference implementation (Hugging Face tokenizers) without its
// post-processing: nothing is put before or behind a text. Byte-level and SentencePiece-style BPE;
// what would change ids and is not known is refused at load. Bytes that are not UTF-8 are kept.
//
// Immutable; every function may run on any thread, also at once. load() and parse() throw
// sr::Failure with one sentence that names the file and the place in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "state_runtime/backend.h"

namespace sr::hybrid {

class Tokenizer {
 public:
  struct Options {
    // The text of special tokens becomes their id. Without, nothing that a text can hold ever
    // becomes a special token, whatever the file says.
    bool specials = true;
    bool continues = false;  // no space is put before the text, which continues another
  };

  static std::unique_ptr<const Tokenizer> load(const std::filesystem::path& file);
  // `name` is what errors call the text.
  static std::unique_ptr<const Tokenizer> parse(std::string_view json, const std::string& name);
  ~Tokenizer();
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  std::vector<std::int32_t> encode(std::string_view text, Options options) const;
  std::vector<std::int32_t> encode(std::string_view text) const { return encode(text, Options{}); }

  // Largest id + 1. Ids that the file leaves out have no bytes.
  std::int32_t size() const noexcept;
  // Exact bytes of a token; empty for special tokens and for ids out of range.
  std::string_view bytes(std::int32_t id) const noexcept;
  // The bytes of all, one after the other.
  std::string decode(std::span<const std::int32_t> ids) const;
  // The id that the file gives to a token spelled so ("</s>"); -1: none.
  std::int32_t find(std::string_view name) const noexcept;
  // What the post-processor would put before and behind a text; -1: nothing.
  std::int32_t begin_token() const noexcept;
  std::int32_t end_token() const noexcept;
  // Of the whole file.
  const std::string& fingerprint() const noexcept;

  // As backends hand it out; its pointers live as long as this.
  sr_vocabulary vocabulary(std::int32_t end_token) const noexcept;

 private:
  struct Parts;
  struct Workspace;
  explicit Tokenizer(std::string_view json);
  void encode_text(std::string_view text, bool specials, bool prefix, bool first,
                   Workspace& work) const;
  void encode_words(std::string_view text, bool specials, bool prefix, bool first,
                    Workspace& work) const;

  std::unique_ptr<Parts> parts_;
};

}  // namespace sr::hybrid
