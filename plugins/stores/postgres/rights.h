// rights.h - roles of the server that have exactly the rights that a statement needs.
//
// A set of grants is given to one of a fixed number of roles, and the statement runs as that role:
// the server itself denies the rest. Which role has which rights is written in the database, so
// that all hosts use the same ones. A role in use is held by a shared advisory lock, and only one
// that nobody holds is given other rights. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "keeper.h"

namespace sr::postgres {

class Rights {
 public:
  // While one lives, its role keeps the rights it was taken for.
  class Hold {
   public:
    Hold(Rights& rights, std::string grants, std::string role)
        : rights_(rights), grants_(std::move(grants)), role_(std::move(role)) {}
    ~Hold() { rights_.give_back(grants_); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    const std::string& role() const { return role_; }
    // The server denied something: perhaps a table was made anew and knows nothing of the role.
    // The next one to take it gives the rights again.
    void doubt() { rights_.doubt(grants_); }

   private:
    Rights& rights_;
    std::string grants_;
    std::string role_;
  };

  Rights(const Settings& settings, Keeper& keeper, std::vector<std::string> roles)
      : settings_(settings), keeper_(keeper), roles_(std::move(roles)) {}

  // Throws Failure: SR_INVALID_ARGUMENT for a table or column that is not there, SR_UNAVAILABLE
  // when every role is in use.
  std::unique_ptr<Hold> take(sr_role, const sr_grants&);

  // Any of the roles; there is at least one.
  const std::string& one() const { return roles_.front(); }

 private:
  struct Known {
    std::string role;
    int users = 0;
    bool doubted = false;
  };
  friend class Hold;

  std::unique_ptr<Hold> hold(Known&, const std::string& grants);
  void give_back(const std::string& grants);
  void doubt(const std::string& grants);
  std::optional<std::string> find(Connection&, const std::string& grants);
  std::string assign(Connection&, sr_role, const sr_grants&, const std::string& grants);
  bool reserve(Connection&, const std::string& role);
  std::vector<std::string> candidates(Connection&) const;
  void rewrite(Connection&, const std::string& role, sr_role, const sr_grants&,
               const std::string& grants);

  const Settings& settings_;
  Keeper& keeper_;
  const std::vector<std::string> roles_;
  std::mutex mutex_;  // taken before the keeper's
  std::map<std::string, Known> known_;
  std::uint64_t generation_ = 0;
};

}  // namespace sr::postgres
