# state_runtime_add_plugin(NAME KIND <kind> ENTRY plugin.cpp [SOURCES a.cpp …] [LIBRARIES lib …])
#
# Builds the shared object NAME.so in <build>/plugins/, with hidden symbols, one export and no
# unresolved symbol; and the static library NAME_static, for test binaries under sanitizers,
# whose entry is sr_plugin_v1_NAME. ENTRY is the file that holds SR_PLUGIN(…); SOURCES are
# compiled once for both.
set(STATE_RUNTIME_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map CACHE INTERNAL "")

function(state_runtime_add_plugin name)
  cmake_parse_arguments(ARG "" "KIND;ENTRY" "SOURCES;LIBRARIES" ${ARGN})
  set(properties
      CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
      CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)

  set(objects)
  if(ARG_SOURCES)
    add_library(${name}_objects OBJECT ${ARG_SOURCES})
    set_target_properties(${name}_objects PROPERTIES ${properties})
    target_link_libraries(${name}_objects PUBLIC StateRuntime::sdk ${ARG_LIBRARIES})
    target_include_directories(${name}_objects PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    set(objects $<TARGET_OBJECTS:${name}_objects>)
  endif()

  add_library(${name} MODULE ${ARG_ENTRY} ${objects})
  set_target_properties(${name} PROPERTIES ${properties} PREFIX "" BUILD_RPATH "$ORIGIN"
      LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins
      LINK_DEPENDS ${STATE_RUNTIME_PLUGIN_MAP})
  target_link_libraries(${name} PRIVATE StateRuntime::sdk ${ARG_LIBRARIES})
  target_link_options(${name} PRIVATE -Wl,--version-script=${STATE_RUNTIME_PLUGIN_MAP} -Wl,-z,now)
  if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize" AND NOT STATE_RUNTIME_SANITIZE)
    target_link_options(${name} PRIVATE -Wl,-z,defs)  # sanitizers resolve theirs at load time
  endif()
  install(TARGETS ${name} LIBRARY DESTINATION lib/state-runtime/plugins)
  set_property(GLOBAL APPEND PROPERTY STATE_RUNTIME_PLUGINS ${name})

  add_library(${name}_static STATIC EXCLUDE_FROM_ALL ${ARG_ENTRY} ${objects})
  set_target_properties(${name}_static PROPERTIES ${properties})
  target_compile_definitions(${name}_static PRIVATE SR_PLUGIN_ENTRY=sr_plugin_v1_${name})
  target_link_libraries(${name}_static PUBLIC StateRuntime::sdk ${ARG_LIBRARIES})
  target_include_directories(${name}_static PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
endfunction()
