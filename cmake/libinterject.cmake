# libinterject, shared and static, of the client's static libraries. The static program has no use for it.
include(GNUInstallDirs)
include(cmake/merge.cmake)

set(map ${PROJECT_SOURCE_DIR}/src/session/libinterject.map)
ij_merge(libinterject ${map} ij_debugger ij_session ij_lang ij_mapsrc ij_maps ij_obj ij_types ij_wire ij_mem ij_arch ij_base)
add_custom_target(libinterject_object DEPENDS ${IJ_MERGED_libinterject})

# libc before libm, which has some of the same functions, and is needed only where the compiler calls what it mostly does inline.
add_library(interject_shared SHARED ${IJ_MERGED_libinterject})
target_link_options(interject_shared PRIVATE
	-Wl,--version-script=${map} $<$<NOT:$<BOOL:${IJ_FUZZ}>>:-Wl,--no-undefined> -Wl,-Bsymbolic-functions -Wl,-z,relro,-z,now)
target_link_libraries(interject_shared PRIVATE ij_flags c m ${CMAKE_DL_LIBS} ${IJ_ZYDIS} ${IJ_IBERTY})
target_include_directories(interject_shared INTERFACE ${PROJECT_SOURCE_DIR}/include)
set_target_properties(interject_shared PROPERTIES OUTPUT_NAME interject LINKER_LANGUAGE C
	LINK_DEPENDS ${map} VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
	LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
add_dependencies(interject_shared libinterject_object)

add_library(interject_static STATIC ${IJ_MERGED_libinterject})
target_link_libraries(interject_static INTERFACE c m ${CMAKE_DL_LIBS} ${IJ_ZYDIS} ${IJ_IBERTY})
target_include_directories(interject_static INTERFACE ${PROJECT_SOURCE_DIR}/include)
set_target_properties(interject_static PROPERTIES OUTPUT_NAME interject LINKER_LANGUAGE C
	ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
add_dependencies(interject_static libinterject_object)

file(RELATIVE_PATH IJ_PREFIX_FROM_PC ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/interject.pc.in ${PROJECT_BINARY_DIR}/interject.pc @ONLY)
install(TARGETS interject_shared interject_static
	LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${PROJECT_BINARY_DIR}/interject.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES include/interject/error.h include/interject/catching.h include/interject/core.h include/interject/datum.h include/interject/debugger.h include/interject/interject.h include/interject/names.h include/interject/results.h
	include/interject/listing.h include/interject/stop.h
	DESTINATION include/interject)
