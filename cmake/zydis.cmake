# IJ_ZYDIS: the instruction decoder. Debian packages it as a shared library only; the static program takes
# the archive that scripts/zydis-static builds from Debian's own source package.
find_path(IJ_ZYDIS_INCLUDE Zydis/Zydis.h REQUIRED)
if(IJ_STATIC)
	set(IJ_ZYDIS ${PROJECT_SOURCE_DIR}/build/zydis/lib/libZydis.a)
	if(NOT EXISTS ${IJ_ZYDIS})
		message(FATAL_ERROR "the static program needs ${IJ_ZYDIS}: run scripts/zydis-static first")
	endif()
	add_compile_definitions(ZYDIS_STATIC_BUILD ZYCORE_STATIC_BUILD)
else()
	find_library(IJ_ZYDIS Zydis REQUIRED)
endif()
