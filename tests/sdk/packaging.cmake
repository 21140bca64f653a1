# Installs the SDK into an empty folder, then does what a plugin's author does: copies the template,
# finds the package, builds, tests, and looks at the result. The last word has the host's loader.
#   -DBUILD=… -DWORK=… -DGENERATOR=… -DCC=… -DCXX=… -DNM=… -DSCRIPTS=… -DLOADER=…
cmake_minimum_required(VERSION 3.25)
function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(failed)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\n${out}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
step(${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${WORK}/sdk)
file(GLOB_RECURSE installed RELATIVE ${WORK}/sdk ${WORK}/sdk/*)
foreach(needed include/state_runtime/abi.h lib/cmake/StateRuntime/plugin.map
               share/state-runtime/README.md share/state-runtime/template/CMakeLists.txt)
  if(NOT needed IN_LIST installed)
    message(FATAL_ERROR "the SDK lacks ${needed}; it has: ${installed}")
  endif()
endforeach()
foreach(file ${installed})
  if(NOT file MATCHES "^(include/state_runtime|lib/cmake/StateRuntime|share/state-runtime)/")
    message(FATAL_ERROR "the SDK holds what is not its own: ${file}")
  endif()
endforeach()

file(COPY ${WORK}/sdk/share/state-runtime/template DESTINATION ${WORK})
step(${CMAKE_COMMAND} -S ${WORK}/template -B ${WORK}/build -G ${GENERATOR}
     -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_PREFIX_PATH=${WORK}/sdk -DCMAKE_BUILD_TYPE=Release)
step(${CMAKE_COMMAND} --build ${WORK}/build)
step(${CMAKE_CTEST_COMMAND} --test-dir ${WORK}/build --no-tests=error)
step(${CMAKE_COMMAND} -DNM=${NM} -DFILE=${WORK}/build/plugins/echo.so -P ${SCRIPTS}/exports.cmake)
step(${LOADER} ${WORK}/build/plugins/echo.so)

# The C headers need neither C++ nor CMake.
file(WRITE ${WORK}/plain.c "#include <state_runtime/backend.h>\nint main(void) { return SR_OK; }\n")
step(${CC} -std=c11 -pedantic-errors -Werror -I${WORK}/sdk/include ${WORK}/plain.c
     -o ${WORK}/plain)
step(${WORK}/plain)
