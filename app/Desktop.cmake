# SPDX-License-Identifier: MIT
# What a desktop knows of the window: its entry in menus, its icon, the type of its files, and what software centres show.
set(desktop ${PROJECT_SOURCE_DIR}/resources/desktop)
set(id org.millrace.studio)
configure_file(${desktop}/${id}.metainfo.xml.in ${PROJECT_BINARY_DIR}/desktop/${id}.metainfo.xml @ONLY)

add_executable(millrace-icon EXCLUDE_FROM_ALL icons/main.cpp)
target_link_libraries(millrace-icon PRIVATE Qt6::Gui Qt6::Svg millrace-options)
set_target_properties(millrace-icon PROPERTIES AUTOMOC OFF RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})

# The window's icon, and that of its files, in the sizes that desktops look for where they draw no SVG.
set(icons ${PROJECT_BINARY_DIR}/desktop/icons/hicolor)
set(made "")
foreach(picture apps/millrace-studio:millrace mimetypes/application-vnd.millrace.pipeline+json:pipeline-file)
    string(REGEX MATCH "^([^/]*)/(.*):(.*)$" matched ${picture})
    set(folder ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    set(drawing ${PROJECT_SOURCE_DIR}/resources/icons/${CMAKE_MATCH_3}.svg)
    configure_file(${drawing} ${icons}/scalable/${folder}/${name}.svg COPYONLY)
    foreach(size 16 22 24 32 48 64 128 256)
        set(png ${icons}/${size}x${size}/${folder}/${name}.png)
        file(MAKE_DIRECTORY ${icons}/${size}x${size}/${folder})
        add_custom_command(OUTPUT ${png} DEPENDS millrace-icon ${drawing} VERBATIM COMMENT "Icon ${name}, ${size} pixels"
            COMMAND millrace-icon ${drawing} ${size} ${png})
        list(APPEND made ${png})
    endforeach()
endforeach()
add_custom_target(millrace-icons ${all} DEPENDS ${made})

if(MILLRACE_INSTALL)
    install(FILES ${desktop}/${id}.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications COMPONENT millrace-studio)
    install(FILES ${desktop}/millrace.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages COMPONENT millrace-studio)
    install(FILES ${PROJECT_BINARY_DIR}/desktop/${id}.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo COMPONENT millrace-studio)
    install(DIRECTORY ${icons} DESTINATION ${CMAKE_INSTALL_DATADIR}/icons COMPONENT millrace-studio)
endif()
