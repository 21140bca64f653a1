// host/runtime/metrics.h - what the host has done since it started, for a monitoring system.
//
// Executor thread.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <string>

#include "host/turn/event.h"

namespace sr::host {

// How many took at most so long; told in seconds, in the cumulative way of Prometheus.
class Histogram {
 public:
  void count(double ms);
  // `label`: name="value", or empty.
  void write(std::string& out, const std::string& name, const std::string& label) const;

 private:
  static constexpr std::array kBounds{0.1, 0.25, 0.5, 1., 2.5, 5.,  10.,
                                      25., 50.,  100., 250., 500., 1000., 2500., 10000.};  // ms
  std::array<std::uint64_t, kBounds.size() + 1> counts_{};
  double sum_ms_ = 0;
};

class Metrics {
 public:
  void answered(const TurnOutcome&, double ms);  // since the event arrived
  void turn(const TurnOutcome&);                 // when its last step is done
  void repaint() { ++repaints_; }

  struct Now {
    std::size_t sessions = 0, connections = 0;
    std::uint64_t sequence_bytes = 0;
    bool draining = false;
  };
  // The text format of Prometheus; docs/deployment.md names every line.
  std::string text(const Now&) const;

 private:
  static constexpr std::size_t kEndings = 8;
  std::array<std::uint64_t, kEndings> endings_{};
  std::array<Histogram, std::size(kStepTimes)> steps_;
  Histogram answers_;
  std::uint64_t repaints_ = 0, model_steps_ = 0;
  std::uint64_t read_ = 0, chosen_ = 0, forced_ = 0, drafted_ = 0;  // tokens
  double grammar_ms_ = 0;
};

}  // namespace sr::host
