#include "conduct.h"

namespace sr::scripted {

Conduct::Conduct(const Config& config) {
  const auto mode = config.string("misbehave");
  if (mode == "wrong_output") mode_ = Mode::kWrongOutput;
  if (mode == "nonsense") mode_ = Mode::kNonsense;
  if (mode == "stall") mode_ = Mode::kStall;
  if (mode == "crash_sequence") mode_ = Mode::kCrashSequence;
  if (mode == "hesitate") mode_ = Mode::kHesitate;
  times_ = static_cast<std::uint64_t>(config.integer("misbehave_times"));
  if (const auto stall = config.integer("stall_for"); stall > 0) {
    stall_for_ = std::chrono::milliseconds(stall);
  }
  if (config.has("misbehave_on")) {
    const auto text = config.string("misbehave_on");
    try {
      on_ = slashed_regex(text);
      if (on_ == nullptr) on_ = std::make_shared<const Regex>(text);
    } catch (const boost::regex_error& e) {
      throw BadOption("misbehave_on", std::string("is not a regular expression: ") + e.what());
    }
  }
  if (config.has("misbehave_say")) {
    say_ = config.string("misbehave_say");
  } else if (mode_ == Mode::kWrongOutput) {
    throw BadOption("misbehave_say", "must hold what is said when misbehave is wrong_output");
  }
}

bool Conduct::misbehaves(const Reading& reading) {
  Event* event = reading.event();
  if (mode_ == Mode::kNone || event == nullptr || !reading.said()) return false;
  const auto [decision, is_new] = event->misbehaves.try_emplace(reading.refusals(), false);
  if (is_new && (times_ == 0 || done_ < times_) &&
      (on_ == nullptr || regex_finds(*on_, event->json))) {
    ++done_;
    decision->second = true;
  }
  return decision->second;
}

void Conduct::meet(const Reading& reading, Gate& gate) {
  if ((mode_ != Mode::kStall && mode_ != Mode::kCrashSequence) || !misbehaves(reading)) return;
  auto& decisions = reading.event()->misbehaves;
  if (mode_ == Mode::kStall && gate.wait(stall_for_)) {
    decisions[reading.refusals()] = false;  // it has stalled; now it goes on
    return;
  }
  decisions.erase(reading.refusals());  // trying the same again is decided anew
  if (mode_ == Mode::kStall) throw Failure(SR_CANCELLED, "interrupted while it stalled on purpose");
  throw Failure(SR_INTERNAL, "the sequence crashed on purpose (misbehave: crash_sequence)");
}

const std::string* Conduct::wrong_output(const Reading& reading) {
  return mode_ == Mode::kWrongOutput && misbehaves(reading) ? &say_ : nullptr;
}

bool Conduct::babbles(const Reading& reading) {
  return mode_ == Mode::kNonsense && misbehaves(reading);
}

bool Conduct::hesitates(const Reading& reading) {
  return mode_ == Mode::kHesitate && misbehaves(reading);
}

}  // namespace sr::scripted
