# ij_module(NAME SOURCES ... [DEPENDS ...]): one folder, one static library.
function(ij_module name)
	cmake_parse_arguments(M "" "" "SOURCES;DEPENDS" ${ARGN})
	add_library(ij_${name} STATIC ${M_SOURCES})
	target_link_libraries(ij_${name} PUBLIC ij_flags ${M_DEPENDS})
endfunction()
