# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What the lint scripts share. Each is run as: SCRIPT ROOT [ARG...], prints one violation a line as
# FILE[:LINE]: MESSAGE, and fails if there was any.

LC_ALL=C
export LC_ALL

violations=0

violation() {
	printf '%s\n' "$*"
	violations=$((violations + 1))
}

finish() {
	if [[ $violations -gt 0 ]]; then
		printf '%d violation(s)\n' "$violations"
		exit 1
	fi
	exit 0
}

# The project's own files below $1, without what is built, version control, or test data that must stay
# as it was recorded.
files() {
	(cd "$1" && find . \( -name .git -o -name build -o -name .cache -o -name __pycache__ \
		-o -name 'corpus*' -o -name 'crash-*' -o -path ./tests/golden/\*/data \) -prune -o \
		-type f -print | sed 's,^\./,,' | sort)
}

# Those of them whose path matches the extended regular expression $2.
files_like() {
	files "$1" | grep -E "$2" || :
}

# Those of them that are C, C++ or assembler.
c_files() {
	files_like "$1" '\.(c|h|cc|cpp|hpp|S)$'
}

# Those that are scripts of $2, an extended regular expression for the interpreter's name.
scripts() {
	local file first
	while read -r file; do
		case $file in
		*.c | *.h | *.S | *.txt | *.md | *.json) continue ;;
		esac
		IFS= read -r first <"$1/$file" 2>/dev/null || [[ ${first-} ]] || continue
		if [[ $first =~ ^\#!.*/(env\ )?($2)($|\ ) ]]; then
			printf '%s\n' "$file"
		fi
	done < <(files "$1")
}
