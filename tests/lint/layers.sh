#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Layer order by #include, from the table in layers.txt.
#
# usage: layers.sh ROOT
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/lint/lib.sh
. "$here/lib.sh"
root=$(cd "$1" && pwd)

declare -A rank=() side=() model=() allowed=() only=()
count=0
while read -r layer where extra; do
	case $layer in
	'' | \#*) continue ;;
	allow) allowed["$where $extra"]=1 ;;
	only) only[$where]=$extra ;;
	*)
		rank[$layer]=$((count += 1))
		side[$layer]=$where
		;;
	esac
done <"$here/layers.txt"

# Stems of the files in the library ij_maps.
if [[ -e $root/maps/CMakeLists.txt ]]; then
	while read -r stem; do
		model[$stem]=1
	done < <(tr '\n' ' ' <"$root/maps/CMakeLists.txt" | grep -o 'ij_module(maps [^)]*)' |
		grep -oE '[a-z0-9_]+\.c\b' | sed 's/\.c$//')
fi

# Sets $layer to the layer of $1, a path below ROOT, or to nothing.
layer_of() {
	local stem
	layer=
	case $1 in
	maps/*)
		stem=${1##*/}
		stem=${stem%.*}
		layer=maps:sources
		if [[ ${model[$stem]-} || ! -e $root/maps/$stem.c ]]; then
			layer=maps:model
		fi
		;;
	src/* | include/*)
		layer=${1#*/}
		layer=${1%%/*}/${layer%%/*}
		;;
	*) layer=${1%%/*} ;;
	esac
	if [[ ! ${rank[$layer]-} ]]; then
		layer=
	fi
}

# Sets $path to the path below ROOT of the header that $1 includes as "$2", or to nothing.
resolve() {
	local dir
	path=
	for dir in "${1%/*}/" src/ '' include/; do
		if [[ -e $root/$dir$2 ]]; then
			path=$dir$2
			return
		fi
	done
}

# Violations of the include of "$3" in line $2 of file $1.
check() {
	local file=$1 line=$2 header=$3 from
	layer_of "$file"
	from=$layer
	resolve "$file" "$header"
	# Generated, or a system header in quotes: the compiler judges.
	if [[ $from && $path ]]; then
		layer_of "$path"
		if [[ ! $layer ]]; then
			violation "$file:$line: includes $header, which is in no layer"
		elif [[ $layer == "$from" || ${allowed["$from $path"]-} ]]; then
			:
		elif [[ ${only[$from]-} && " ${only[$from]} " != *" $layer "* ]]; then
			violation "$file:$line: $from includes $header of $layer, not only headers of" \
				"${only[$from]}"
		elif [[ ${side[$layer]} != both && ${side[$layer]} != "${side[$from]}" ]]; then
			violation "$file:$line: $from (${side[$from]}) includes $header of" \
				"$layer (${side[$layer]})"
		elif [[ ${rank[$layer]} -gt ${rank[$from]} ]]; then
			violation "$file:$line: $from includes $header of $layer, which stands above it"
		fi
	fi
}

mapfile -t files < <(files_like "$root" '^(src|maps|inject|repl|include)/.*\.(c|h|S|def)$')
for file in "${files[@]}"; do
	layer_of "$file"
	if [[ ! $layer && $file == src/* ]]; then
		violation "$file: this folder is in no layer of tests/lint/layers.txt"
	fi
done
cd "$root"
# One grep for all: a process for each file takes longer than all else.
while IFS=: read -r file line header; do
	check "$file" "$line" "$header"
done < <(grep -HnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "${files[@]}" /dev/null |
	sed -E 's/^([^:]*:[0-9]+):[^"]*"([^"]*)".*/\1:\2/' || :)
finish
