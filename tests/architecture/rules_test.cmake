# cmake -DRULES=rules.cmake -DWORK=folder -P rules_test.cmake: the rules catch what they must.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})
function(check name expected)
  execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${WORK}/${name} -P ${RULES}
                  RESULT_VARIABLE failed ERROR_VARIABLE out OUTPUT_VARIABLE out)
  string(FIND "${out}" "${expected}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "${name}: expected\n${expected}\nin\n${out}")
  endif()
  if(NOT name STREQUAL good AND NOT failed)
    message(FATAL_ERROR "${name}: the rules let it pass")
  endif()
endfunction()

file(WRITE ${WORK}/good/host/plugins/a.cpp "#include <boost/dll/library_info.hpp>\n")
file(WRITE ${WORK}/good/plugins/stores/sqlite/a.cpp
  "#include <sqlite3.h>\n#include \"a.h\"\n#include \"state_runtime/store.hpp\"\n")
file(WRITE ${WORK}/good/sdk/include/state_runtime/a.hpp "#include <vector>\n")
check(good "3 files, 0 problems")

function(bad name file text expected)
  file(WRITE ${WORK}/${name}/${file} "${text}")
  check(${name} "${file}${expected}")
endfunction()
bad(host-in-plugin plugins/stores/sqlite/a.cpp "int a;\n#include \"host/base/result.h\"\n"
  ":2: a plugin includes the host's host/base/result.h; plugins know the SDK only")
bad(relative-host plugins/stores/sqlite/a.cpp "#include \"../../../host/base/result.h\"\n"
  ":1: a plugin includes the host's ../../../host/base/result.h; plugins know the SDK only")
bad(plugin-in-host host/turn/a.cpp "[a;b]\n#  include \"plugins/stores/sqlite/a.h\"\n"
  ":2: the host includes plugins/stores/sqlite/a.h; it knows plugins through the SDK only")
bad(sdk sdk/include/state_runtime/a.hpp "#include <boost/asio.hpp>\n"
  ":1: the SDK includes boost/asio.hpp; it may know the standard library only")
bad(words words/a.cpp "#include \"host/base/result.h\"\n"
  ":1: words/ includes host/base/result.h; it knows the standard library and utf8proc only")
bad(dll host/turn/a.cpp "#include <boost/dll.hpp>\n"
  ":1: Boost.DLL is not for this folder (boost/dll.hpp)")
bad(yaml plugins/stores/sqlite/a.cpp "#include <yaml-cpp/yaml.h>\n"
  ":1: yaml-cpp is not for this folder (yaml-cpp/yaml.h)")
bad(sqlite host/turn/a.cpp "#include <sqlite3.h>\n" ":1: SQLite is not for this folder (sqlite3.h)")
bad(pqxx plugins/stores/sqlite/a.cpp "#include <pqxx/pqxx>\n"
  ":1: libpqxx is not for this folder (pqxx/pqxx)")
bad(pg_query host/turn/a.cpp "#include <pg_query.h>\n"
  ":1: libpg_query is not for this folder (pg_query.h)")
bad(floor plugins/constrainers/engine/text/a.h "#include \"engine/base/a.h\"\n#include \"engine/bytes/a.h\"\n"
  ":2: engine/bytes/a.h is above this folder")
bad(roof plugins/constrainers/engine/masks/a.h "#include \"engine/engine.h\"\n"
  ":1: engine/engine.h is above this folder")
string(REPEAT "// one more\n" 251 long)
bad(long-header host/turn/a.h "${long}" ": has 251 lines; a header has at most 250: split it")
string(REPEAT "// one more\n" 801 long)
bad(long-source host/turn/a.cpp "${long}" ": has 801 lines; a source has at most 800: split it")
