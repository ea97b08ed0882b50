#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The manual pages are well-formed, and say what --help, the error table and the completion say.
#
# usage: man.sh ROOT PROGRAM
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/lint/lib.sh
. "$here/lib.sh"
root=$1 program=$2

# Options that a help text lists, one a line: "-p", "--pid=" (with an argument), "--json" (without).
help_options() {
	awk '/^  (-[A-Za-z](, --[a-z]| |$)|    --[a-z])/ {
		sub(/^ +/, "")
		if (match($0, /^-[A-Za-z]/))
			print substr($0, 1, 2)
		if (match($0, /--[a-z][a-z-]*=?/) && RSTART <= 5)
			print substr($0, RSTART, RLENGTH)
	}' | sort
}

# The same of a manual page: of the lines ".It Fl p , Fl -pid Ns = Ns Ar PID" in its OPTIONS.
man_options() {
	awk '
	/^\.Sh/ { inside = ($2 == "OPTIONS") }
	inside && /^\.It Fl/ {
		for (i = 2; i <= NF; i++)
			if ($i == "Fl")
				print "-" $(i + 1) ($(i + 2) == "Ns" && $(i + 3) == "=" ? "=" : "")
	}' "$1" | sort
}

# Reports what only one of two sorted lists has. $1: file, $2: what, $3: list of the page, $4: other list,
# $5: name of the other.
compare() {
	local item
	while read -r item; do
		violation "$1: documents the $2 $item, which $5 does not have"
	done < <(comm -23 <(printf '%s\n' "$3") <(printf '%s\n' "$4") | sed '/^$/d')
	while read -r item; do
		violation "$1: does not document the $2 $item of $5"
	done < <(comm -13 <(printf '%s\n' "$3") <(printf '%s\n' "$4") | sed '/^$/d')
}

for page in "$root"/man/*.[1-9]; do
	# That a page referred to is not installed here is no fault of the page.
	while read -r line; do
		violation "man/${line#mandoc: "$root"/man/}"
	done < <(mandoc -Tlint "$page" 2>&1 | grep -vE 'referenced manual not found|outdated mandoc.db' || :)
done

overview=$root/man/interject.1
help=$("$program" --help)
commands=$(sed -nE 's/^  ([a-z]+)  +.*/\1/p' <<<"$help" | sort)
if [[ ! $commands ]]; then
	violation "interject --help: lists no command"
fi
compare man/interject.1 command \
	"$(awk '/^\.Sh/ { inside = ($2 == "COMMANDS") } inside && /^\.It Cm/ { print $3 }' "$overview" | sort)" \
	"$commands" 'interject --help'
compare man/interject.1 option "$(man_options "$overview")" "$(help_options <<<"$help")" 'interject --help'

completion=$(cat "$root/share/completions/interject")
for command in $commands; do
	page=man/interject-$command.1
	if [[ ! -e $root/$page ]]; then
		violation "$page: there is no such page, but interject has this command"
		continue
	fi
	help=$("$program" "$command" --help)
	if [[ $(wc -l <<<"$help") -gt 60 ]]; then
		violation "interject $command --help: over 60 lines"
	fi
	options=$(help_options <<<"$help")
	if [[ ! $options ]]; then
		violation "interject $command --help: lists no option"
	fi
	compare "$page" option "$(man_options "$root/$page")" "$options" "interject $command --help"
	words=$(sed -nE "s/^[[:space:]]*$command\) options='(.*)' ;;/\1/p" <<<"$completion" | tr ' ' '\n' | sort)
	compare share/completions/interject "option of $command" "$words" "$options" \
		"interject $command --help"
done
for page in "$root"/man/interject-*.1; do
	command=${page##*/interject-}
	if ! grep -qx "${command%.1}" <<<"$commands"; then
		violation "man/${page##*/}: interject has no such command"
	fi
done

# IJ_E(NAME, name, exit status, text)
compare man/interject.1 'exit status' \
	"$(awk '/^\.Sh/ { inside = ($2 == "EXIT") } inside && /^\.It/ { print $2 }' "$overview" | sort -u)" \
	"$( (echo 0; sed -nE 's/^IJ_E\([^,]*,[^,]*, *([0-9]+).*/\1/p' "$root/src/base/errors.def") | sort -u)" \
	src/base/errors.def

if [[ -e $root/repl/commands.def ]]; then
	# IJ_V(NAME, name, operand, flags, usage, summary), IJ_VB the same, IJ_S(NAME, name, kind, summary)
	compare man/interject-script.5 command \
		"$(awk '/^\.Sh/ { inside = ($2 == "COMMANDS") } inside && /^\.It Ic/ { print $3 }' \
			"$root/man/interject-script.5" | sort -u)" \
		"$(sed -nE 's/^IJ_VB?\([^,]*, *([a-z_-]+),.*/\1/p' "$root/repl/commands.def" | sort)" \
		repl/commands.def
	compare man/interject-script.5 setting \
		"$(awk '/^\.Sh/ { inside = ($2 == "SETTINGS") }
			inside && /^\.It Cm/ { for (i = 3; i <= NF; i++) if ($i != ",") print $i }' \
			"$root/man/interject-script.5" | sort)" \
		"$(sed -nE 's/^IJ_S\([^,]*, *([a-z-]+),.*/\1/p' "$root/repl/settings.def" | sort)" \
		repl/settings.def

	compare man/interject-recipes.7 recipe \
		"$(awk '/^\.Sh/ { inside = ($2 == "RECIPES") } inside && /^\.It Cm/ { print $3 }' \
			"$root/man/interject-recipes.7" | sort)" \
		"$("$program" recipe list | awk '{ print $1 }' | sort)" 'interject recipe list'
	compare share/recipes recipe \
		"$(cd "$root/share/recipes" && printf '%s\n' *.recipe | sed 's/\.recipe$//' | sort)" \
		"$("$program" recipe list | awk '{ print $1 }' | sort)" 'interject recipe list'
fi

# IJ_GC(name, function, repeats, usage, summary), IJ_GP(name, function, subs, usage, summary), IJ_GA(name, function);
# IJ_GI(name, function, usage, summary); IJ_GS(NAME, name, kind, value, words, sentence)
compare man/interject-gdb.1 'command of gdb' \
	"$(awk '/^\.S[hs]/ { inside = ($2 == "COMMANDS") }
		inside && /^\.It Ic/ { print $3 }
		inside && /^\.Ic/ { sub(/^\\&/, "", $2); print $2 }' "$root/man/interject-gdb.1" | sort)" \
	"$(sed -nE 's/^IJ_G[CPA]\("([^"]+)",.*/\1/p' "$root/repl/gdb/commands.def" | sort)" repl/gdb/commands.def
compare man/interject-gdb.1 'word of info' \
	"$(awk '/^\.It Ic info/ && $4 != "Li" && $4 != "WHAT" { print $4 }' "$root/man/interject-gdb.1" | sort)" \
	"$(sed -nE 's/^IJ_GI\("([^"]+)",.*/\1/p' "$root/repl/gdb/info.def" | sort)" repl/gdb/info.def
compare man/interject-gdb.1 'setting of gdb' \
	"$(awk '/^\.S[hs]/ { inside = ($2 == "SETTINGS"); first = 1 }
		inside && /^\.Ic/ { sub(/^\.Ic /, ""); sub(/ [,.]$/, ""); print }
		inside && /^\.Pp/ { exit }' "$root/man/interject-gdb.1" | grep -vxE 'set|show :' | sort)" \
	"$(sed -nE 's/^IJ_GS\([A-Z0-9_]+, "([^"]+)",.*/\1/p' "$root/repl/gdb/settings.def" | sort)" repl/gdb/settings.def

# IJ_MI(name, function, usage, summary)
compare man/interject-gdb.1 'command of GDB/MI' \
	"$(awk '/^\.Sh/ { inside = ($2 == "GDB/MI") } inside && /^\.It Ic/ { print $3 }' \
		"$root/man/interject-gdb.1" | sort)" \
	"$(sed -nE 's/^IJ_MI\("([a-z-]+)",.*/-\1/p' "$root/repl/gdb/mi.def" | sort)" repl/gdb/mi.def

# IJ_C(NAME, name, bit, text); all and none are no classes, and nobody can write marked.
compare man/interject-policy.5 class \
	"$(awk '/^\.Sh/ { inside = ($2 == "CLASSES") } inside && /^\.It Cm/ { print $3 }' \
		"$root/man/interject-policy.5" | sed -E '/^(all|none)$/d' | sort)" \
	"$(sed -nE 's/^IJ_C\([^,]*, *([a-z]+),.*/\1/p' "$root/maps/classes.def" | sed '/^marked$/d' | sort)" \
	maps/classes.def
finish
