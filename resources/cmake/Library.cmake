# SPDX-License-Identifier: MIT
# What other projects use: `Millrace::Core`, one static library of all rooms of core behind the headers of
# core/include/millrace, from find_package(Millrace), from pkg-config, and from add_subdirectory().
# Decision record 0006 says why it is one, and why it is static.

# millrace_library(PACKAGES...): called in core/CMakeLists.txt after its rooms. PACKAGES are what a program links with it.
function(millrace_library)
    cmake_parse_arguments(LIBRARY "" "" "PACKAGES" ${ARGN})
    set(headers ${CMAKE_CURRENT_BINARY_DIR}/include)
    set(stamp ${CMAKE_CURRENT_BINARY_DIR}/public-headers)
    set(script ${PROJECT_SOURCE_DIR}/resources/cmake/PublicHeaders.cmake)
    configure_file(include/millrace/Version.h.in Version.h @ONLY)
    file(GLOB faces CONFIGURE_DEPENDS include/millrace/*.h)
    set(copy ${CMAKE_COMMAND} -D CORE=${CMAKE_CURRENT_SOURCE_DIR} -D VERSION_HEADER=${CMAKE_CURRENT_BINARY_DIR}/Version.h
        -D OUTPUT=${headers} -D STAMP=${stamp} -D DEPFILE=${stamp}.d -P ${script})
    # Ninja has to know the copies as somebody's output, or what includes them would be compiled before they are made anew. Which there
    # are is known once they have been made.
    execute_process(COMMAND ${copy} COMMAND_ERROR_IS_FATAL ANY)
    file(STRINGS ${stamp} copies)
    add_custom_command(OUTPUT ${stamp} BYPRODUCTS ${copies} DEPFILE ${stamp}.d DEPENDS ${script} ${faces} VERBATIM
        COMMENT "Public headers" COMMAND ${copy})
    add_custom_target(millrace-headers ALL DEPENDS ${stamp})

    get_property(targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
    set(objects "")
    foreach(target IN LISTS targets)
        get_target_property(type ${target} TYPE)
        if(type STREQUAL "STATIC_LIBRARY")
            list(APPEND objects $<TARGET_OBJECTS:${target}>)
        endif()
    endforeach()
    add_library(millrace-library STATIC ${objects})
    add_library(Millrace::Core ALIAS millrace-library)
    add_dependencies(millrace-library millrace-headers)
    set_target_properties(millrace-library PROPERTIES OUTPUT_NAME millrace EXPORT_NAME Core LINKER_LANGUAGE CXX)
    target_compile_features(millrace-library INTERFACE cxx_std_20)
    target_include_directories(millrace-library INTERFACE
        $<BUILD_INTERFACE:${headers}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(millrace-library PRIVATE ${LIBRARY_PACKAGES})
    if(NOT MILLRACE_INSTALL)
        return()
    endif()

    set(package ${CMAKE_INSTALL_LIBDIR}/cmake/Millrace)
    install(TARGETS millrace-library EXPORT MillraceTargets COMPONENT development)
    install(DIRECTORY ${headers}/millrace DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development FILES_MATCHING PATTERN "*.h")
    install(EXPORT MillraceTargets NAMESPACE Millrace:: DESTINATION ${package} COMPONENT development)
    configure_package_config_file(${PROJECT_SOURCE_DIR}/resources/cmake/MillraceConfig.cmake.in MillraceConfig.cmake
        INSTALL_DESTINATION ${package})
    # While the first number is 0, every second one may change what programs rely on.
    write_basic_package_version_file(MillraceConfigVersion.cmake COMPATIBILITY SameMinorVersion)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/MillraceConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/MillraceConfigVersion.cmake
        DESTINATION ${package} COMPONENT development)
    # Relative to where the file lies, so that an installed tree may be moved.
    file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
    string(REGEX REPLACE "/$" "" up "${up}")
    configure_file(${PROJECT_SOURCE_DIR}/resources/cmake/millrace.pc.in millrace.pc @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/millrace.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endfunction()
