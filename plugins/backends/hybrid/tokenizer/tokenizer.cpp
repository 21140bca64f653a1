#include "tokenizer/tokenizer.h"

#include <algorithm>
#include <fstream>
#include <mutex>

#include "tokenizer/added_tokens.h"
#include "tokenizer/bpe.h"
#include "tokenizer/decoder.h"
#include "tokenizer/file.h"
#include "tokenizer/normalizer.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/refusal.h"
#include "tokenizer/settings.h"

namespace sr::hybrid {

struct Tokenizer::Workspace {
  BpeWorkspace bpe;
  Words words;
  std::vector<AddedTokens::Piece> pieces;
  std::vector<AddedTokens::Piece> normal_pieces;
  std::string normal;
  std::vector<std::int32_t> ids;
};

struct Tokenizer::Parts {
  Names names;
  Normalizer normalizer;
  PreTokenizer pre_tokenizer;
  std::unique_ptr<Bpe> bpe;
  AddedTokens raw;         // looked for in the text as given
  AddedTokens normalized;  // looked for after normalisation
  std::vector<AddedToken> added;
  Ends ends;

  std::string bytes;                  // of all tokens
  std::vector<std::uint32_t> offsets; // (size + 1)
  std::vector<sr_special_token> specials;
  std::string fingerprint;

  // One workspace and its cache for whoever comes first; others meanwhile make their own.
  mutable std::mutex busy;
  mutable Workspace workspace;

  void fill_bytes(const Decoder& decoder);
};

void Tokenizer::Parts::fill_bytes(const Decoder& decoder) {
  std::int32_t size = names.size();
  for (const AddedToken& token : added) size = std::max(size, token.id + 1);
  std::vector<const AddedToken*> added_by_id(static_cast<std::size_t>(size), nullptr);
  for (const AddedToken& token : added) added_by_id[static_cast<std::size_t>(token.id)] = &token;
  offsets.reserve(static_cast<std::size_t>(size) + 1);
  offsets.push_back(0);
  for (std::int32_t id = 0; id < size; ++id) {
    const AddedToken* token = added_by_id[static_cast<std::size_t>(id)];
    if (token == nullptr) {
      bytes += decoder.bytes(names.name(id), false);
    } else if (token->special) {
      specials.push_back({id, {token->content.data(), token->content.size()}});
    } else {
      bytes += decoder.bytes(token->content, true);
    }
    offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
  }
}

Tokenizer::Tokenizer(std::string_view json) : parts_(std::make_unique<Parts>()) {
  TokenizerFile file = read_tokenizer_file(json);
  const nlohmann::json nothing;
  const auto part = [&](const char* name) -> const nlohmann::json& {
    const auto found = file.settings.find(name);
    return found == file.settings.end() ? nothing : *found;
  };
  parts_->names = std::move(file.names);
  parts_->normalizer = Normalizer(part("normalizer"));
  parts_->pre_tokenizer = PreTokenizer(part("pre_tokenizer"));
  const bool byte_level = parts_->pre_tokenizer.byte_level();
  parts_->ends = read_ends(part("post_processor"));
  parts_->added = read_added_tokens(part("added_tokens"), parts_->names, parts_->ends);
  parts_->bpe = std::make_unique<Bpe>(file, parts_->names,
                                      special_ids(parts_->added, parts_->ends), byte_level);
  for (const AddedToken& token : parts_->added) {
    std::string spelling = token.content;
    if (token.normalized) parts_->normalizer.apply(spelling, true);
    (token.normalized ? parts_->normalized : parts_->raw).add(spelling, token);
  }
  parts_->fill_bytes(Decoder(part("decoder"), byte_level, parts_->bpe->byte_fallback()));
  parts_->fingerprint = fingerprint_of(json);
}

Tokenizer::~Tokenizer() = default;

std::unique_ptr<const Tokenizer> Tokenizer::parse(std::string_view json, const std::string& name) {
  try {
    return std::unique_ptr<const Tokenizer>(new Tokenizer(json));
  } catch (const Failure& failure) {
    throw Failure(failure.code(), name + ": " + failure.what());
  }
}

std::unique_ptr<const Tokenizer> Tokenizer::load(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  std::string text;
  if (stream) {
    text.resize(static_cast<std::size_t>(std::max<std::streamoff>(0, stream.tellg())));
    stream.seekg(0);
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  }
  if (!stream) throw Failure(SR_NOT_FOUND, file.string() + ": the file cannot be read");
  return parse(text, file.string());
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view text, Options options) const {
  std::unique_lock<std::mutex> lock(parts_->busy, std::try_to_lock);
  std::unique_ptr<Workspace> own;
  if (!lock) own = std::make_unique<Workspace>();
  Workspace& work = own ? *own : parts_->workspace;
  work.ids.clear();
  parts_->raw.cut(text, options.specials, work.pieces);
  for (const AddedTokens::Piece& piece : work.pieces) {
    if (piece.id >= 0) {
      work.ids.push_back(piece.id);
      continue;
    }
    const bool start = piece.text.data() == text.data();
    encode_text(piece.text, options.specials, !(start && options.continues),
                start && !options.continues, work);
  }
  return {work.ids.begin(), work.ids.end()};
}

void Tokenizer::encode_text(std::string_view text, bool specials, bool prefix, bool first,
                            Workspace& work) const {
  if (!parts_->normalizer.empty()) {
    work.normal.assign(text);
    parts_->normalizer.apply(work.normal, prefix);
    text = work.normal;
  }
  parts_->normalized.cut(text, specials, work.normal_pieces);
  for (const AddedTokens::Piece& piece : work.normal_pieces) {
    if (piece.id >= 0) {
      work.ids.push_back(piece.id);
      continue;
    }
    const bool start = piece.text.data() == text.data();
    encode_words(piece.text, specials, prefix || !start, first && start, work);
  }
}

void Tokenizer::encode_words(std::string_view text, bool specials, bool prefix, bool first,
                             Workspace& work) const {
  work.words.text.assign(text);
  parts_->pre_tokenizer.apply(work.words, prefix, first);
  for (std::size_t i = 0; i < work.words.words.size(); ++i) {
    parts_->bpe->encode(work.words[i], specials, work.bpe, work.ids);
  }
}

std::int32_t Tokenizer::size() const noexcept {
  return static_cast<std::int32_t>(parts_->offsets.size()) - 1;
}

std::string_view Tokenizer::bytes(std::int32_t id) const noexcept {
  if (id < 0 || id >= size()) return {};
  const std::uint32_t* offset = parts_->offsets.data() + id;
  return std::string_view(parts_->bytes).substr(offset[0], offset[1] - offset[0]);
}

std::string Tokenizer::decode(std::span<const std::int32_t> ids) const {
  std::string text;
  for (const std::int32_t id : ids) text += bytes(id);
  return text;
}

std::int32_t Tokenizer::find(std::string_view name) const noexcept {
  for (const AddedToken& token : parts_->added) {
    if (token.content == name) return token.id;
  }
  return parts_->names.find(name);
}

std::int32_t Tokenizer::begin_token() const noexcept { return parts_->ends.begin; }
std::int32_t Tokenizer::end_token() const noexcept { return parts_->ends.end; }
const std::string& Tokenizer::fingerprint() const noexcept { return parts_->fingerprint; }

sr_vocabulary Tokenizer::vocabulary(std::int32_t end_token) const noexcept {
  sr_vocabulary out{};
  out.struct_size = sizeof out;
  out.size = size();
  out.bytes = reinterpret_cast<const std::uint8_t*>(parts_->bytes.data());
  out.offsets = parts_->offsets.data();
  out.end_token = end_token;
  out.special_count = static_cast<std::uint32_t>(parts_->specials.size());
  out.specials = parts_->specials.data();
  out.fingerprint = {parts_->fingerprint.data(), parts_->fingerprint.size()};
  return out;
}

}  // namespace sr::hybrid
