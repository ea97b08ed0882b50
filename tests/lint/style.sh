#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What can be said of one file at a time: licence line, length, marks of unfinished work, third-party
# headers in one file each, formatting, shell scripts, spelling.
#
# usage: style.sh ROOT [CHECK...]   (default: all of licence length marks thirdparty format shell spelling)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/lint/lib.sh
. "$here/lib.sh"
root=$(cd "$1" && pwd)
shift

check_licence() {
	local file line
	while read -r file; do
		IFS= read -r line <"$root/$file" || :
		if [[ ! $line =~ SPDX-License-Identifier:\ LGPL-2.1-or-later ]]; then
			violation "$file:1: no SPDX-License-Identifier: LGPL-2.1-or-later"
		fi
	done < <(files_like "$root" '\.(c|h|cc|cpp|hpp|S|def|rs|go)$|^man/.*\.[1-9]$')
	while read -r file; do
		if ! head -n 2 "$root/$file" | grep -q '^# SPDX-License-Identifier: LGPL-2.1-or-later'; then
			violation "$file:2: no SPDX-License-Identifier: LGPL-2.1-or-later"
		fi
	done < <(files_like "$root" '\.(py|awk|sh)$'
		scripts "$root" 'sh|bash|python3')
}

check_length() {
	local file lines
	while read -r file; do
		lines=$(wc -l <"$root/$file")
		if [[ $lines -gt 500 ]]; then
			violation "$file: $lines lines, over 500"
		fi
	done < <(c_files "$root" | grep -v '^share/' || :) # tables there are data
}

check_marks() {
	local hit
	cd "$root"
	while read -r hit; do
		violation "$hit"
	done < <(files . | grep -vE '^LICENSES/' |
		xargs -r -d '\n' grep -nHIwE 'TOD[O]|FIXM[E]|XX[X]|HAC[K]')
}

# A library's headers are included by one file, which wraps it.
check_thirdparty() {
	local name pattern users
	cd "$root"
	while read -r name pattern; do
		users=$(c_files . | grep -vE '^(tests|bench)/' |
			xargs -r -d '\n' grep -lE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($pattern)" || :)
		if [[ $(wc -w <<<"$users") -gt 1 ]]; then
			violation "$name: included by more than one file: $(tr '\n' ' ' <<<"$users")"
		fi
	done <<-'END'
		libelf libelf\.h|gelf\.h|elfutils/
		libdwarf libdwarf
		readline readline/|editline/
		Zydis Zydis
		liblzma lzma
		libiberty demangle\.h|libiberty
	END
}

check_format() {
	local output where count
	cd "$root"
	if ! output=$(c_files . | grep -v '\.S$' |
		xargs -r -d '\n' clang-format-14 --dry-run -Werror 2>&1); then
		# Its complaints, "FILE:LINE:COLUMN: error: ...", as the first line and the count of a file.
		while read -r where count; do
			violation "$where: not as clang-format would write it ($count place(s); scripts/format)"
		done < <(awk -F: '/: error: / { if (!count[$1]++) first[$1] = $2 }
			END { for (file in count) print file ":" first[file], count[file] }' <<<"$output" | sort)
		if [[ $violations -eq 0 ]]; then
			violation "clang-format-14 failed: $output"
		fi
	fi
}

check_shell() {
	local output
	cd "$root"
	if ! output=$({ scripts . 'sh|bash' && files_like . '\.sh$|^share/completions/[^._]+$'; } |
		sort -u | xargs -r -d '\n' shellcheck -x -P SCRIPTDIR -f gcc 2>&1); then
		violation "$output"
	fi
}

check_spelling() {
	local output
	cd "$root"
	output=$(files . | grep -vE '^LICENSES/|\.(bin|elf|so|map|gz|xz|json)$' |
		xargs -r -d '\n' codespell -q 3 -I "$here/spelling.txt" 2>&1) || :
	if [[ $output ]]; then
		violation "$output"
	fi
}

if [[ $# -eq 0 ]]; then
	set -- licence length marks thirdparty format shell spelling
fi
for check; do
	case $check in
	licence) check_licence ;;
	length) check_length ;;
	marks) check_marks ;;
	thirdparty) check_thirdparty ;;
	format) check_format ;;
	shell) check_shell ;;
	spelling) check_spelling ;;
	*) violation "style.sh: no check of the name $check" ;;
	esac
done
finish
