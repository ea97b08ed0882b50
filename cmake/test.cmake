# ij_unit_test(NAME SOURCES ... DEPENDS ...): one cmocka program, one ctest; 77 is a skip.
function(ij_unit_test name)
	cmake_parse_arguments(T "" "" "SOURCES;DEPENDS" ${ARGN})
	add_executable(test_${name} ${T_SOURCES})
	target_link_libraries(test_${name} PRIVATE ${T_DEPENDS} cmocka)
	add_test(NAME unit/${name} COMMAND test_${name})
	set_tests_properties(unit/${name} PROPERTIES SKIP_RETURN_CODE 77 LABELS unit TIMEOUT 300)
endfunction()

# ij_fuzz_target(NAME SOURCES ... DEPENDS ... CORPUS DIR): a libFuzzer program in the fuzz preset;
# elsewhere the same function replays its corpus as an ordinary test.
function(ij_fuzz_target name)
	cmake_parse_arguments(F "" "CORPUS" "SOURCES;DEPENDS" ${ARGN})
	add_executable(fuzz_${name} ${F_SOURCES})
	target_link_libraries(fuzz_${name} PRIVATE ${F_DEPENDS})
	if(IJ_FUZZ)
		target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
		# For scripts/fuzz.
		file(APPEND ${CMAKE_BINARY_DIR}/fuzzers.txt "${CMAKE_CURRENT_BINARY_DIR}/fuzz_${name} ${F_CORPUS}\n")
	else()
		target_sources(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
		add_test(NAME fuzz/${name} COMMAND fuzz_${name} ${F_CORPUS})
		set_tests_properties(fuzz/${name} PROPERTIES LABELS fuzz TIMEOUT 120)
	endif()
endfunction()
