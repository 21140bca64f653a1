// What is to be done: the app declares it, or the model decides.
#include "host/turn/steps.h"

namespace sr::host {
namespace {

constexpr std::size_t kShort = 512;  // bytes: the guard is done within some tenths of a millisecond

// A long statement takes milliseconds to be checked: then not on the executor.
Async<Step> checked(Turn& turn) {
  if (turn.decoded.text.size() < kShort) co_return check(turn);
  const auto work = [&turn](LoadedStore&) { return check(turn); };
  co_return co_await turn.engine.facts.fill(turn.session.party(), work);
}

}  // namespace

Async<Step> decide(Turn& turn) {
  if (auto declared = declare(turn)) co_return std::move(*declared);
  co_return co_await ask(turn);
}

Async<Step> ask(Turn& turn) {
  if (auto step = co_await read(turn); !step) co_return step;
  if (auto step = co_await decode(turn); !step) co_return step;
  co_return co_await checked(turn);
}

}  // namespace sr::host
