#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Layer order by symbols: what a library leaves undefined must be defined by a layer that it may use. It
# finds what layers.sh cannot see, such as a declaration copied into a .c file. And no two layers define the
# same symbol: the static program holds them all.
#
# usage: symbols.sh ROOT ARCHIVE-LIST [TRACER]
#   ARCHIVE-LIST  a file of lines "LAYER PATH", one a static library
#   TRACER        the program interject-tracer, which must need no library but libc, libm and the decoder
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/lint/lib.sh
. "$here/lib.sh"
list=$2
tracer=${3-}

nm=$(mktemp)
trap 'rm -f "$nm"' EXIT
while read -r layer archive; do
	# Lines "LAYER def|undef SYMBOL"; weak and local symbols prove nothing.
	nm -g "$archive" 2>/dev/null | awk -v layer="$layer" '
		NF == 2 && $1 == "U" { print layer, "undef", $2 }
		NF == 3 && $2 ~ /^[TDBRC]$/ { print layer, "def", $3 }'
done <"$list" | sort -u >"$nm"

# The table of layers, then the symbols twice: definitions first, then uses.
while read -r message; do
	violation "$message"
done < <(awk '
	FILENAME == ARGV[1] {
		if ($1 !~ /^#/ && $1 != "allow" && $1 != "only" && NF >= 2) { rank[$1] = ++n; side[$1] = $2 }
		next
	}
	!($1 in rank) { if (!($1 in told)) print $1 ": in no layer of layers.txt"; told[$1] = 1; next }
	$2 == "def" {
		if ($3 in def)
			print $1 " and " def[$3] " both define " $3
		def[$3] = $1
		next
	}
	pass == 0 { undef[++uses] = $1 " " $3 }
	END {
		for (i = 1; i <= uses; i++) {
			split(undef[i], use, " ")
			from = use[1]; to = def[use[2]]
			if (to == "" || to == from)
				continue
			if (side[to] != "both" && side[to] != side[from])
				print from " (" side[from] ") uses " use[2] " of " to " (" side[to] ")"
			else if (rank[to] > rank[from])
				print from " uses " use[2] " of " to ", which stands above it"
		}
	}' "$here/layers.txt" "$nm")

if [[ $tracer ]]; then
	while read -r library; do
		case $library in
		libc.so.* | libm.so.* | ld-linux-* | libZydis.so.*) ;;
		libasan.so.* | libubsan.so.* | libgcov* | libgcc_s.so.*) ;; # sanitizers
		*) violation "$tracer: needs $library" ;;
		esac
	done < <(readelf -dW "$tracer" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
fi
finish
