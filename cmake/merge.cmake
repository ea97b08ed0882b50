# ij_merge(NAME MAP TARGETS...): one object file of what the names under "global:" in the version script MAP
# need of the static libraries TARGETS, where only these names can be seen from outside: another program's
# names cannot collide with ours, nor can it come to use what is not published. Sets IJ_MERGED_${NAME} to its path.
# Not CMAKE_LINKER: with clang that is LLVM's, which wants to be told a machine where it is given archives alone.
find_program(IJ_GNU_LD NAMES ld.bfd ld REQUIRED)
function(ij_merge name map)
	set(object ${PROJECT_BINARY_DIR}/${name}.o)
	set(names ${PROJECT_BINARY_DIR}/${name}.names)
	set(archives)
	foreach(target IN LISTS ARGN)
		list(APPEND archives $<TARGET_FILE:${target}>)
	endforeach()
	add_custom_command(OUTPUT ${object}
		COMMAND sed -n "/^global:/,/^local:/s/^\\t\\([a-z0-9_]*\\)\;$/\\1/p" ${map} > ${names}
		COMMAND sed s/^/--undefined=/ ${names} > ${names}.ld
		COMMAND ${IJ_GNU_LD} -r -o ${object} @${names}.ld --start-group ${archives} --end-group
		COMMAND ${CMAKE_OBJCOPY} --keep-global-symbols=${names} ${object}
		DEPENDS ${ARGN} ${map}
		COMMENT "Merging ${name}.o" VERBATIM)
	set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
	set(IJ_MERGED_${name} ${object} PARENT_SCOPE)
endfunction()
