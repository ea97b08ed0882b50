# Compiler flags shared by every target of ours; victims and benchmarks choose their own.
add_library(ij_flags INTERFACE)
target_compile_definitions(ij_flags INTERFACE _GNU_SOURCE IJ_VERSION="${PROJECT_VERSION}")
target_compile_options(ij_flags INTERFACE
	-Wall -Wextra -Wshadow -Wpointer-arith -Wcast-align -Wformat=2 -Wundef
	-fno-strict-aliasing -fstack-protector-strong
	-UNDEBUG # assert is for our own bugs, and stays in every build
	$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes;-Wmissing-prototypes;-Wold-style-definition;-Wvla>)
target_include_directories(ij_flags INTERFACE
	${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
if(IJ_WERROR)
	target_compile_options(ij_flags INTERFACE -Werror)
endif()
if(IJ_SANITIZE)
	target_compile_options(ij_flags INTERFACE
		-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(ij_flags INTERFACE -fsanitize=address,undefined)
endif()
if(IJ_FUZZ)
	target_compile_options(ij_flags INTERFACE
		-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
	target_link_options(ij_flags INTERFACE -fsanitize=address,undefined)
endif()
if(IJ_COVERAGE)
	target_compile_options(ij_flags INTERFACE --coverage -fprofile-update=atomic)
	target_link_options(ij_flags INTERFACE --coverage)
endif()
