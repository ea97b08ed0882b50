#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The linters pass a clean little tree, and find each violation that is planted in it.
#
# usage: selftest.sh C-COMPILER C++-COMPILER
#
# shellcheck disable=SC2016 # dollars in planted scripts
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cc=$1 cxx=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tree=$tmp/tree
failures=0
cases=0
spdx='SPDX-License-Identifier: LGPL-2.1-or-later'

# Write standard input to file $1 of the tree.
put() {
	mkdir -p "$tree/$(dirname "$1")"
	cat >"$tree/$1"
}

clean_tree() {
	rm -rf "$tree"
	printf '/* %s */\n#include <stdint.h>\n' "$spdx" | put src/base/types.h
	printf '/* %s */\n#include "maps/classes.h"\n' "$spdx" | put src/wire/wire.h
	printf '/* %s */\n#include "base/types.h"\n' "$spdx" | put maps/classes.h
	printf '/* %s */\n#include "obj/object.h"\n' "$spdx" | put maps/compile.h
	printf '/* %s */\n#include "maps/compile.h"\n' "$spdx" | put maps/compile.c
	printf '/* %s */\n#include "maps/compile.h"\n' "$spdx" | put src/session/session.h
	printf '/* %s */\n#include "base/types.h"\n' "$spdx" | put src/obj/object.h
	printf '/* %s */\n#include "wire/wire.h"\n' "$spdx" | put inject/inject.h
	printf 'ij_module(maps SOURCES classes.c)\nij_module(mapsrc SOURCES compile.c)\n' |
		put maps/CMakeLists.txt
	printf '/* %s */\n#include <libelf.h>\n' "$spdx" | put src/obj/elf.c
	printf '#!/bin/sh\n# %s\necho "$0"\n' "$spdx" | put scripts/setup
	printf 'IJ_E(GONE, gone, 7, "the target exited")\n' | put src/base/errors.def
	sed -i "1i /* $spdx */" "$tree/src/base/errors.def"
	printf '/* %s */\nIJ_C(STDIO, stdio, 1, "stdio")\nIJ_C(MARKED, marked, 2, "marks")\n' "$spdx" |
		put maps/classes.def
	classes_page stdio all none | put man/interject-policy.5
	man_page interject '.It Fl h , Fl -help' '.It Fl V , Fl -version' |
		put man/interject.1
	man_page interject-call '.It Fl p , Fl -pid Ns = Ns Ar PID' '.It Fl -json' | put man/interject-call.1
	put share/completions/interject <<-'END'
		# shellcheck shell=bash
		case $1 in
			call) options='--json --pid= -p' ;;
		esac
		echo "$options"
	END
	put program <<-'END'
		#!/bin/sh
		# SPDX-License-Identifier: LGPL-2.1-or-later
		case $1 in
		call) printf '  -p, --pid=PID[,PID...]  a target\n      --json  JSON\n' ;;
		*) printf '  call    calls\n\n  -h, --help     help\n  -V, --version  version\n' ;;
		esac
	END
	chmod +x "$tree/program" "$tree/scripts/setup"
}

# A manual page of name $1 with the items of the other arguments as its options.
man_page() {
	printf '.\\" %s\n.Dd November 23, 2026\n.Dt %s 1\n.Os\n' "$spdx" "${1^^}"
	printf '.Sh NAME\n.Nm %s\n.Nd call\n' "$1"
	printf '.Sh COMMANDS\n.Bl -tag -width 8n\n.It Cm call\nCalls.\n.El\n'
	printf '.Sh OPTIONS\n.Bl -tag -width 8n\n'
	shift
	printf '%s\nOne.\n' "$@"
	printf '.El\n.Sh EXIT STATUS\n.Bl -tag -width 8n\n.It 0\nDone.\n.It 7\nGone.\n.El\n'
}

# The manual page of policy files with the classes of the arguments.
classes_page() {
	printf '.\\" %s\n.Dd November 23, 2026\n.Dt INTERJECT-POLICY 5\n.Os\n' "$spdx"
	printf '.Sh NAME\n.Nm interject-policy\n.Nd rules\n.Sh CLASSES\n.Bl -tag -width 8n\n'
	printf '.It Cm %s\nOne.\n' "$@"
	printf '.El\n'
}

lint() {
	case $1 in
	layers) "$here/layers.sh" "$tree" ;;
	headers) "$here/headers.sh" "$tree" "$cc" "$cxx" ;;
	man) "$here/man.sh" "$tree" "$tree/program" ;;
	completion) "$here/completion.sh" "$tree" ;;
	symbols) "$here/symbols.sh" "$tree" "$tree/archives" ;;
	*) "$here/style.sh" "$tree" "$1" ;;
	esac
}

# The linter $1 must fail and print a line that matches $2; then the tree is clean again.
expect() {
	local output status=0
	cases=$((cases + 1))
	output=$(lint "$1" 2>&1) || status=$?
	if [[ $status -ne 1 ]] || ! grep -qE "$2" <<<"$output"; then
		printf 'FAIL: %s did not find "%s" (exit status %d):\n%s\n' "$1" "$2" "$status" "$output"
		failures=$((failures + 1))
	fi
	clean_tree
}

# Compile standard input as C into the library of layer $1.
archive() {
	local name=${1//[\/:]/_}
	"$cc" -x c -c -o "$tree/$name.o" -
	ar cr "$tree/$name.a" "$tree/$name.o"
	printf '%s %s\n' "$1" "$tree/$name.a" >>"$tree/archives"
}

clean_tree
printf 'int ij_a(void); int ij_a(void) { return 0; }' | archive src/base
printf 'int ij_a(void); int ij_b(void); int ij_b(void) { return ij_a(); }' | archive src/obj
for linter in layers headers man symbols licence length marks thirdparty format shell spelling; do
	cases=$((cases + 1))
	if ! output=$(lint "$linter" 2>&1); then
		printf 'FAIL: %s does not pass the clean tree:\n%s\n' "$linter" "$output"
		failures=$((failures + 1))
	fi
done
clean_tree

printf '#include "base/types.h"\n' | put src/cli/own.h
printf '#include "cli/own.h"\n#include "session/session.h"\n' | put src/cli/below.c
expect layers '^src/cli/below.c:2: src/cli includes session/session.h of src/session, not only headers of include'
printf '#include "wire/wire.h"\n' | put src/base/up.c
expect layers '^src/base/up.c:1: src/base includes wire/wire.h of src/wire, which stands above'
printf '#include "obj/object.h"\n' | put inject/cross.c
expect layers '^inject/cross.c:1: inject \(tracer\) includes obj/object.h of src/obj \(client\)'
printf '\n# include "inject/inject.h"\n' | put src/session/cross.c
expect layers '^src/session/cross.c:2: .*\(client\) includes inject/inject.h of inject \(tracer\)'
printf '#include "compile.h"\n' | put maps/classes.c
expect layers '^maps/classes.c:1: maps:model \(both\) includes compile.h of maps:sources \(client\)'
printf '#include "obj/object.h"\n' | put maps/constants.h
expect layers '^maps/constants.h:1: maps:model \(both\) includes obj/object.h of src/obj \(client\)'
printf '#include "maps/classes.h"\n' | put src/mem/mem.c
expect layers '^src/mem/mem.c:1: src/mem includes maps/classes.h of maps:model, which stands above'
printf '#include "base/types.h"\n' | put src/novel/novel.c
expect layers '^src/novel/novel.c: this folder is in no layer'

printf 'uint8_t byte;\n' | put src/base/byte.h
expect headers '^src/base/byte.h: does not compile alone'
printf 'enum twice { ONE };\n' | put src/base/twice.h
expect headers '^src/base/twice.h: does not compile alone'
printf 'extern int class;\n#ifndef X\n#define X\n#endif\n' | put include/interject/public.h
expect headers '^include/interject/public.h: does not compile alone in C\+\+'

printf 'int ij_b(void); int ij_a(void); int ij_a(void) { return ij_b(); }' | archive src/base
printf 'int ij_b(void); int ij_b(void) { return 0; }' | archive src/obj
expect symbols '^src/base \(both\) uses ij_b of src/obj \(client\)'
printf 'int ij_b(void); int ij_a(void); int ij_a(void) { return ij_b(); }' | archive src/obj
printf 'int ij_b(void); int ij_b(void) { return 0; }' | archive src/lang
expect symbols '^src/obj uses ij_b of src/lang, which stands above it'
printf 'int ij_b(void); int ij_b(void) { return 0; }' | archive src/obj
printf 'int ij_b(void); int ij_b(void) { return 1; }' | archive src/lang
expect symbols '^src/obj and src/lang both define ij_b'

printf 'int x;\n' | put src/base/x.c
expect licence '^src/base/x.c:1: no SPDX'
printf '#!/bin/sh\necho\n' | put scripts/bare
expect licence '^scripts/bare:2: no SPDX'
printf 'int x%d;\n' {1..501} | put src/base/long.c
expect length '^src/base/long.c: 501 lines'
printf 'one\n// %s: later\n' 'TO''DO' | put docs/notes.md
expect marks '^docs/notes.md:2:'
printf '#include <gelf.h>\n' | put src/session/elf.c
expect thirdparty '^libelf: included by more than one file: src/obj/elf.c src/session/elf.c'
printf '/* %s */\nint  x;\n' "$spdx" | put src/base/x.c
expect format '^src/base/x.c:2: not as clang-format would write it \(1 place\(s\)'
printf '#!/bin/sh\nrm %s1\n' '$' | put scripts/unquoted
expect shell '^scripts/unquoted:2:.*SC2086'
printf 'It %s.\n' 'wi''ll recie''ve' | put docs/notes.md
expect spelling '^(\./)?docs/notes.md:1: '

man_page interject '.It Fl h , Fl -help' '.It Fl V , Fl -version' '.It Fl -loud' | put man/interject.1
expect man '^man/interject.1: documents the option --loud, which interject --help does not'
man_page interject-call '.It Fl p , Fl -pid Ns = Ns Ar PID' | put man/interject-call.1
expect man '^man/interject-call.1: does not document the option --json of interject call'
man_page interject-call '.It Fl p , Fl -pid' '.It Fl -json' | put man/interject-call.1
expect man '^man/interject-call.1: documents the option --pid,'
man_page interject-stop | put man/interject-stop.1
expect man '^man/interject-stop.1: interject has no such command'
classes_page stdio all none heap | put man/interject-policy.5
expect man '^man/interject-policy.5: documents the class heap, which maps/classes.def does not'
classes_page all none | put man/interject-policy.5
expect man '^man/interject-policy.5: does not document the class stdio of maps/classes.def'
rm "$tree/man/interject-call.1"
expect man '^man/interject-call.1: there is no such page'
sed -i 's/It 7/It 8/' "$tree/man/interject.1"
expect man '^man/interject.1: does not document the exit status 7'
sed -i 's/^\.It Cm call/.It Cm shout/' "$tree/man/interject.1"
expect man '^man/interject.1: documents the command shout'
printf '.Xx\n' >>"$tree/man/interject.1"
expect man '^man/interject.1:[0-9]+:[0-9]+: '
sed -i 's/--json //' "$tree/share/completions/interject"
expect man '^share/completions/interject: does not document the option of call --json'

sed 's/call check /call /' "$here/../../share/completions/interject" |
	put share/completions/interject
expect completion "^completing 'interject ch': wanted check"

# scripts/skips is no linter, but read by people who decide on its word.
put check.xml <<-'END'
	<testsuite>
	<testcase name="unit/x" status="run"><system-out>[ RUN      ] plain
	[       OK ] plain
	[ RUN      ] wide
	no AVX-512 here
	[  SKIPPED ] wide
	[  SKIPPED ] 1 test(s), listed below:
	[  SKIPPED ] wide
	</system-out></testcase>
	<testcase name="live/y" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/><system-out>no perf
	</system-out></testcase>
	</testsuite>
END
put skips.txt <<-'END'
	# reviewed
	unit/x:w*	# old machines
END
cases=$((cases + 1))
output=$("$here/../../scripts/skips" "$tree/check.xml" "$tree/skips.txt")
if [[ $output != $'skipped unit/x:wide: no AVX-512 here\nskipped live/y: no perf  [not in tests/skips.txt]' ]]; then
	printf 'FAIL: scripts/skips says:\n%s\n' "$output"
	failures=$((failures + 1))
fi

if [[ $failures -gt 0 ]]; then
	printf '%d of %d cases failed\n' "$failures" "$cases"
	exit 1
fi
printf '%d cases\n' "$cases"
