# SPDX-License-Identifier: MIT
# What every target is built with: warnings, Qt's strict defines, sanitizers, ccache, a quick linker.

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Without these words it would compile whatever uses a precompiled header (the tests) anew each time.
    set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

find_program(MOLD mold)
if(MOLD)
    add_link_options(-fuse-ld=mold)
endif()

if(MILLRACE_SANITIZE)
    add_compile_options(-fsanitize=${MILLRACE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
    if(MILLRACE_SANITIZE MATCHES "address.*undefined")
        # A third of the time to compile, for what the address sanitizer stops at anyway (null, beyond an object), or what no
        # processor that Debian is built for minds.
        add_compile_options(-fno-sanitize=null,alignment,object-size,pointer-overflow)
    endif()
    add_link_options(-fsanitize=${MILLRACE_SANITIZE})
endif()

add_library(millrace-options INTERFACE)
target_compile_options(millrace-options INTERFACE
    -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wcast-align
    -Wextra-semi -Wvla -Wformat=2 -Wundef -Wimplicit-fallthrough -Wunused)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC's full -Wshadow takes the values of an enum class for shadows of types. Its -Wnull-dereference, and GCC 12's
    # -Wrestrict (GCC bug 105329), see faults in the standard library's own inlined code, where no source line of ours
    # can mend them.
    target_compile_options(millrace-options INTERFACE -Wshadow=local -Wduplicated-cond -Wlogical-op -Wno-restrict)
    if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 14)
        # It takes the empty string of an error that isn't there, in a variant, for one to be freed.
        target_compile_options(millrace-options INTERFACE -Wno-free-nonheap-object)
    endif()
    if(CMAKE_UNITY_BUILD)
        # It takes a source that another one includes for a header, whose unnamed namespace would be another one in each file.
        target_compile_options(millrace-options INTERFACE -Wno-subobject-linkage)
    endif()
    if(CMAKE_BUILD_TYPE STREQUAL "Release")
        # Once it has inlined as much as -O3 does, GCC 12 also sees writes beyond a vector's end, and uninitialised shared
        # pointers, in its own emplace_back(). The development build, at -O2, looks for both.
        target_compile_options(millrace-options INTERFACE -Wno-stringop-overflow -Wno-maybe-uninitialized)
    endif()
else()
    target_compile_options(millrace-options INTERFACE -Wshadow -Wnull-dereference)
endif()
# With the compilers that every change is built with. Newer ones warn of more, and wrongly, too: GCC 14 of a variant on the stack
# that it takes for freed.
set(known_compiler_GNU 12)
set(known_compiler_Clang 14)
if(MILLRACE_WERROR AND CMAKE_CXX_COMPILER_VERSION MATCHES "^${known_compiler_${CMAKE_CXX_COMPILER_ID}}\\.")
    target_compile_options(millrace-options INTERFACE -Werror)
endif()
target_compile_definitions(millrace-options INTERFACE
    QT_NO_CAST_FROM_ASCII
    QT_NO_CAST_FROM_BYTEARRAY
    QT_NO_CAST_TO_ASCII
    QT_NO_FOREACH
    QT_NO_INTEGER_EVENT_COORDINATES
    QT_NO_JAVA_STYLE_ITERATORS
    QT_NO_KEYWORDS
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
    QT_NO_URL_CAST_FROM_STRING
    QT_NO_USING_NAMESPACE)
