# IJ_IBERTY: the demangler of names of C++ and Rust. Without it names are shown as the linker knows them.
find_path(IJ_IBERTY_INCLUDE demangle.h PATH_SUFFIXES libiberty)
find_library(IJ_IBERTY iberty)
if(NOT IJ_IBERTY OR NOT IJ_IBERTY_INCLUDE)
	message(STATUS "no libiberty: names of C++ and Rust stay mangled")
	set(IJ_IBERTY "")
else()
	set(IJ_IBERTY_FLAG "-liberty ")
endif()
