# Everything the tree needs, from Debian 12's packages (scripts/packages.txt).
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)  # headers only: Asio, Beast, DLL
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 REQUIRED)
find_library(PG_QUERY_LIBRARY pg_query REQUIRED)
find_path(PG_QUERY_INCLUDE_DIR pg_query.h REQUIRED)
if(NOT TARGET PgQuery::pg_query)
  add_library(PgQuery::pg_query UNKNOWN IMPORTED)
  set_target_properties(PgQuery::pg_query PROPERTIES
    IMPORTED_LOCATION ${PG_QUERY_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${PG_QUERY_INCLUDE_DIR})
endif()
if(STATE_RUNTIME_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()
