#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# compare.sh DUMP FILE...: what DUMP prints of each FILE must be what readelf (binutils) prints.
# A FILE that is not installed is passed over; 77 is a skip.
set -eu
LC_ALL=C
export LC_ALL
dump=$1
shift
command -v readelf >/dev/null || { echo "readelf is not installed"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# readelf's symbol lines as DUMP prints them. Undefined, absolute and common symbols are left out, and
# those without a name; in .symtab the version is part of the name, and kept if it is not the default.
symbols() {
	awk -v table="$1" '
		$1 !~ /^[0-9]+:$/ || NF < 8 { next }
		$7 == "UND" || $7 == "ABS" || $7 == "COM" { next }
		$4 !~ /^(FUNC|IFUNC|OBJECT|COMMON|TLS|NOTYPE)$/ { next }
		{
			type = $4 == "COMMON" ? "OBJECT" : $4
			bind = $5 == "LOCAL" || $5 == "WEAK" ? $5 : "GLOBAL"
			name = $8
			version = ""
			at = index(substr(name, 2), "@") + 1
			if (at > 1) {
				version = substr(name, at)
				name = substr(name, 1, at - 1)
				# "@V (5)": a copy of a variable, by the version that was wanted of it.
				if (table == "dyn" && $9 ~ /^\(/)
					version = "@" version
				if (table == "sym")
					version = version ~ /^@@/ ? "" : version
			}
			print table, $2, $3, type, bind, name (version == "" ? "" : " " version)
		}'
}

headers() {
	readelf -W -h -l -n -d "$1" 2>/dev/null | awk '
		/Entry point address:/ { print "entry", $4 }
		$1 == "LOAD" {
			flags = ""
			for (i = 7; i < NF; i++) flags = flags $i
			print "LOAD", $2, $3, $5, $6, flags
		}
		$1 == "GNU_EH_FRAME" { print "GNU_EH_FRAME", $3, $6 }
		$1 == "DYNAMIC" { print "DYNAMIC", $3 }
		/Build ID:/ { print "build-id", $NF }
		/\(SONAME\)/ { gsub(/[][]/, "", $5); print "soname", $5 }'
}

bad=0
compared=0
for file; do
	[ -r "$file" ] || continue
	{
		headers "$file"
		readelf -W --dyn-syms "$file" 2>/dev/null | symbols dyn
		# --syms prints both tables.
		readelf -W --syms "$file" 2>/dev/null | sed -n "/'.symtab'/,\$p" | symbols sym
	} >"$tmp/want.raw"
	"$dump" "$file" >"$tmp/got.raw" || { echo "$file: dump failed"; bad=1; }
	sort "$tmp/want.raw" >"$tmp/want"
	sort "$tmp/got.raw" >"$tmp/got"
	if ! diff "$tmp/want" "$tmp/got" >"$tmp/diff"; then
		echo "$file: differs (< readelf, > ours)"
		head -20 "$tmp/diff"
		bad=1
	fi
	compared=$((compared + 1))
	echo "$file: $(wc -l <"$tmp/got") lines"
done
[ "$compared" -gt 0 ] || exit 77
exit $bad
