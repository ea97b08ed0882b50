#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The bash completion offers commands, options, processes and threads.
#
# usage: completion.sh ROOT
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/lint/lib.sh
. "$here/lib.sh"
# shellcheck source=share/completions/interject
. "$1/share/completions/interject"

compopt() { # it works only while bash is completing
	:
}

# Complete the words given from the third argument on; the answers must contain the word $1 and not $2.
expect() {
	local wanted=$1 unwanted=$2 answers
	shift 2
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_interject
	answers=" ${COMPREPLY[*]} "
	if [[ $answers != *" $wanted "* || $answers == *" $unwanted "* ]]; then
		violation "completing '$*': wanted $wanted, not $unwanted, got: $answers"
	fi
}

IFS= read -r name </proc/$$/comm
expect call --json interject ''
expect check call interject ch
expect --pid= --json interject call --p
expect --json --force interject check --
expect $$ -p interject call -p ''
expect $$ = interject call --pid =
expect "$name" $$ interject call -n ''
expect $$ 1 interject call -p $$,1 -t ''
expect $$ 1 interject call --pid = $$ -t ''
# shellcheck disable=SC2317 # it is called by the completion
interject() { # what `syscall --list` prints
	printf '%s\n' close openat
}
expect close openat interject syscall -p $$ cl
expect openat --json interject syscall --timeout = 1s ''
finish
