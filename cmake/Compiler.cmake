# Warnings, sanitizers, ccache and the linker, for everything in this tree.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_compile_options(
  "$<$<COMPILE_LANGUAGE:C,CXX>:-Wall;-Wextra;-Wpedantic;-Wno-missing-field-initializers>")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # sr_str and friends are aggregates; g++ 12 warns falsely about moved-from std::variant.
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized;-Wno-mismatched-new-delete>")
endif()

# Several files of a library as one, where nobody builds one file at a time: half of the time or less
# from nothing, and names are found that two of them give to different things.
if(CMAKE_UNITY_BUILD)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 12)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # It takes what a file keeps to itself for a header's, because it is included.
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wno-subobject-linkage>")
  endif()
endif()

if(STATE_RUNTIME_SANITIZE)
  set(sanitize -fsanitize=${STATE_RUNTIME_SANITIZE} -fno-sanitize-recover=all
      -fno-omit-frame-pointer -g)
  add_compile_options("$<$<COMPILE_LANGUAGE:C,CXX>:${sanitize}>")
  add_link_options(-fsanitize=${STATE_RUNTIME_SANITIZE})
  if(STATE_RUNTIME_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wno-tsan>")  # Asio's fences, which it cannot see
  endif()
else()
  find_program(MOLD mold)
  if(MOLD)
    add_link_options(-fuse-ld=mold)
  endif()
endif()
