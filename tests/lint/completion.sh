#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Completions are what scripts/completions writes. That of bash, and that of fish where it is installed, offers
# commands, options, processes and threads; that of zsh is one that zsh can read.
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
expect verify --json interject maps ''
expect run show interject recipe r

if command -v python3 >/dev/null; then
	while read -r line; do
		violation "$line"
	done < <("$1/scripts/completions" --check)
fi

# The same in fish, whose answers are a line each.
offers() {
	local wanted=$1 unwanted=$2 answers
	answers=$(fish -N -c "source $root/share/completions/interject.fish; complete -C '$3'" 2>&1 | cut -f1)
	if ! grep -qxF -e "$wanted" <<<"$answers" || grep -qxF -e "$unwanted" <<<"$answers"; then
		violation "completing '$3' in fish: wanted $wanted, not $unwanted, got: $answers"
	fi
}

root=$1
if command -v fish >/dev/null; then
	offers call --json 'interject '
	offers check call 'interject ch'
	offers --pid --json 'interject call --p'
	offers --json --force 'interject check --'
	offers $$ -p 'interject call -p '
	offers trampoline $$ 'interject call --walk tr'
	offers verify --json 'interject maps v'
	offers run show 'interject recipe r'
fi
if command -v zsh >/dev/null && ! zsh -n "$1/share/completions/_interject"; then
	violation "share/completions/_interject: zsh cannot read it"
fi
finish
