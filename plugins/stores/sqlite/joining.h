// joining.h - string_agg(x, ', ' ORDER BY y DESC), which SQLite 3.40 cannot read: what is to be
// sorted by becomes arguments of an aggregate that sorts, string_agg(x, ', ', 'a>f', y).
#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>

namespace sr::sqlite {

// The statement with every ORDER BY and DISTINCT of a string_agg as arguments. Any thread.
std::string order_as_arguments(std::string_view sql);

// string_agg. Returns SQLite's code.
int add_joining(sqlite3*);

}  // namespace sr::sqlite
