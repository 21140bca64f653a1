# cmake -DNM=nm -DFILE=plugin.so -P exports.cmake: the plugin exports sr_plugin_v1 and nothing else.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND ${NM} -D --defined-only ${FILE} OUTPUT_VARIABLE text RESULT_VARIABLE failed
                OUTPUT_STRIP_TRAILING_WHITESPACE)
if(failed)
  message(FATAL_ERROR "cannot list the symbols of ${FILE}")
endif()
if(NOT text MATCHES "^[0-9a-f]+ T sr_plugin_v1$")
  message(FATAL_ERROR "${FILE} must export exactly sr_plugin_v1, but exports:\n${text}")
endif()
message(STATUS "${FILE}: ${text}")
