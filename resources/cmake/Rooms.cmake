# SPDX-License-Identifier: MIT
# A room is a folder of sources and a static library. It links the rooms it may include and no others, so a
# room that reaches for a later one does not link, and the tests of one room need no other room to compile.

# millrace_room(NAME FOLDER USES... PRIVATE_USES... SOURCES...): the library NAME of all *.cpp in FOLDER, found
# by glob, and of SOURCES. PRIVATE_USES are linked but can't be included by later
# rooms. A room without sources is an interface library.
function(millrace_room name folder)
    cmake_parse_arguments(ROOM "" "" "USES;PRIVATE_USES;SOURCES" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.h)
    list(APPEND sources ${ROOM_SOURCES})
    if(sources)
        add_library(${name} STATIC ${sources} ${headers})
        target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
        target_link_libraries(${name} PUBLIC ${ROOM_USES} PRIVATE ${ROOM_PRIVATE_USES} millrace-options)
    else()
        add_library(${name} INTERFACE)
        target_include_directories(${name} INTERFACE ${CMAKE_CURRENT_SOURCE_DIR})
        target_link_libraries(${name} INTERFACE ${ROOM_USES})
    endif()
endfunction()

# millrace_rooms(PART [LIBRARY]): a library PART-ROOM for each room of resources/rooms.txt that stands directly in PART. Each links
# those before it in the list, the first one LIBRARY. SOURCES_PART-ROOM, if set, are compiled into it too.
function(millrace_rooms part)
    set(before ${ARGN})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/resources/rooms.txt)
    file(STRINGS ${PROJECT_SOURCE_DIR}/resources/rooms.txt lines REGEX "^(= )?${part}/[a-z]+ ")
    foreach(line IN LISTS lines)
        string(REGEX MATCH "${part}/([a-z]+) *\\|[^|]*\\|(.*)$" _ "${line}")
        set(room ${CMAKE_MATCH_1})
        string(REGEX MATCHALL "[^ ]+" libraries "${CMAKE_MATCH_2}")
        set(own ${libraries})
        list(FILTER own INCLUDE REGEX "^\\(")
        list(FILTER libraries EXCLUDE REGEX "^\\(")
        list(TRANSFORM own REPLACE "[()]" "")
        millrace_room(${part}-${room} ${room} USES ${before} ${libraries} PRIVATE_USES ${own} SOURCES ${SOURCES_${part}-${room}})
        set(before ${part}-${room})
    endforeach()
    set(${part}_last_room ${before} PARENT_SCOPE)
endfunction()

# The call of every step's registration. Registrars that are static objects vanish from a static library, so the list
# is made from the files: those that define `void register<Name of the file>(StepRegistry &…)` hold a step, others of a family its helpers.
function(millrace_register_steps folder output)
    file(GLOB files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*/[A-Z]*.cpp)
    set(last ${files}) # what a newcomer wants last is listed last
    list(FILTER last INCLUDE REGEX "/(duckdb|nested)/")
    list(FILTER files EXCLUDE REGEX "/(duckdb|nested)/")
    list(APPEND files ${last})
    set(declarations "")
    set(calls "")
    foreach(file IN LISTS files)
        get_filename_component(stem ${file} NAME_WE)
        file(STRINGS ${file} isStep REGEX "^void register${stem}\\(" LIMIT_COUNT 1)
        if(NOT isStep)
            file(STRINGS ${file} other REGEX "^void register[A-Z][A-Za-z0-9]*\\(StepRegistry" LIMIT_COUNT 1)
            if(other)
                message(FATAL_ERROR "${file}: the function that registers its step must be called register${stem}, after the file.")
            endif()
            set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file}) # it may become one
            continue()
        endif()
        string(APPEND declarations "void register${stem}(StepRegistry &registry);\n")
        string(APPEND calls "    register${stem}(registry);\n")
    endforeach()
    if(NOT files)
        set(calls "    (void)registry;\n")
    endif()
    file(CONFIGURE OUTPUT ${output} CONTENT "// SPDX-License-Identifier: MIT
// Made by CMake from the files of ${folder}/*/.
namespace millrace {
class StepRegistry;
@declarations@
void registerBuiltInSteps(StepRegistry &registry);
void registerBuiltInSteps(StepRegistry &registry)
{
@calls@}
} // namespace millrace
" @ONLY)
endfunction()
