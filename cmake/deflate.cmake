# IJ_DEFLATE: decompresses sections faster than zlib, which does it where there is no libdeflate.
find_path(IJ_DEFLATE_INCLUDE libdeflate.h)
find_library(IJ_DEFLATE_FILE deflate)
if(NOT IJ_DEFLATE_FILE OR NOT IJ_DEFLATE_INCLUDE)
	message(STATUS "no libdeflate: zlib decompresses sections")
	set(IJ_DEFLATE "")
else()
	set(IJ_DEFLATE deflate)
endif()
