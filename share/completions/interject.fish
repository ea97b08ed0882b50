# SPDX-License-Identifier: LGPL-2.1-or-later
# Written by scripts/completions out of the lists of commands and options: change those.
#
# Completion of interject's commands, options, processes and threads for fish. Install as
# /usr/share/fish/vendor_completions.d/interject.fish.

function __interject_pids
    for dir in /proc/*/
        string match -rq '^/proc/(?<pid>[0-9]+)/$' $dir; and printf '%s\t%s\n' $pid (cat $dir/comm 2>/dev/null)
    end
end

function __interject_names
    cat /proc/*/comm 2>/dev/null | sort -u
end

# Of the first process given by -p.
function __interject_tids
    set -l words (commandline -opc)
    for i in (seq (count $words))
        if contains -- $words[$i] -p --pid
            set -l pid (string split , $words[(math $i + 1)])[1]
            for dir in /proc/$pid/task/*/
                basename $dir
            end
            return
        end
    end
end

# Whether the word is the first operand of the command.
function __interject_first
    set -l words (string match -v -- '-*' (commandline -opc))
    test (count $words) -ge 2; and test $words[2] = $argv[1]; and test (count $words) -le 4
    and not string match -rq '^[a-z]' -- $words[3..]
end

complete -c interject -n 'not __fish_seen_subcommand_from call syscall check goroutines repl batch recipe doctor maps gdb' -f -a call -d 'call functions in a running process'
complete -c interject -n '__fish_seen_subcommand_from call' -f
complete -c interject -n '__fish_seen_subcommand_from call' -s p -l pid -xa '(__interject_pids)' -d 'the target; may be repeated'
complete -c interject -n '__fish_seen_subcommand_from call' -s n -l name -xa '(__interject_names)' -d 'every process of this comm or executable name'
complete -c interject -n '__fish_seen_subcommand_from call' -s t -l tid -xa '(__interject_tids)' -d 'this thread only; without -p of its process'
complete -c interject -n '__fish_seen_subcommand_from call' -s g -l goroutine -x -d 'of a Go program: this goroutine only'
complete -c interject -n '__fish_seen_subcommand_from call' -l timeout -x -d 'how long the call may take (5s)'
complete -c interject -n '__fish_seen_subcommand_from call' -l pause-budget -x -d 'how long one stop may last besides the call (50ms)'
complete -c interject -n '__fish_seen_subcommand_from call' -l wait -x -d 'how long to try for a safe-point, or for --at (2s)'
complete -c interject -n '__fish_seen_subcommand_from call' -l walk -xa 'auto none pick step return trampoline exit restart simulate displace poll wake until retry' -d 'how to reach a safe-point: auto, none, or these walkers'
complete -c interject -n '__fish_seen_subcommand_from call' -l until -x -d 'where it is unsafe, wait until a thread enters this function'
complete -c interject -n '__fish_seen_subcommand_from call' -l at -x -d 'wait until a thread arrives there, and judge it there'
complete -c interject -n '__fish_seen_subcommand_from call' -l decl -x -d 'declare a function: \'int f(const char *, ...)\'; repeatable'
complete -c interject -n '__fish_seen_subcommand_from call' -l header -rF -d 'declare the functions of a C header of yours; repeatable'
complete -c interject -n '__fish_seen_subcommand_from call' -l avoid -x -d 'never while one of these functions runs; repeatable'
complete -c interject -n '__fish_seen_subcommand_from call' -l policy -rF -d 'more rules of what is unsafe; repeatable'
complete -c interject -n '__fish_seen_subcommand_from call' -l one-stop -d 'all expressions in one stop, judged once for all of them'
complete -c interject -n '__fish_seen_subcommand_from call' -s v -l explain -d 'tell more: what was done, where, and what lies in registers'
complete -c interject -n '__fish_seen_subcommand_from call' -l json -d 'one JSON object a line: an expression, thread, goroutine or target'
complete -c interject -n '__fish_seen_subcommand_from call' -l stack -xa 'auto own foreign' -d 'the call\'s stack: auto, own (the thread\'s), or foreign (a new one)'
complete -c interject -n '__fish_seen_subcommand_from call' -l force -d 'call even where it is not safe; may break the target'
complete -c interject -n '__fish_seen_subcommand_from call' -l rehearse -d 'call in a copy of the target first; in it only if that returned'
complete -c interject -n '__fish_seen_subcommand_from call' -l in-copy -d 'call in a copy of the target only'
complete -c interject -n '__fish_seen_subcommand_from call' -l capture -d 'print what the call itself writes, too'
complete -c interject -n '__fish_seen_subcommand_from call' -l keep -d 'leave a call\'s strings and buffers in the target, and say where'
complete -c interject -n '__fish_seen_subcommand_from call' -l print-elements -x -d 'how many elements of an array or string are printed (200)'
complete -c interject -n '__fish_seen_subcommand_from call' -l print-depth -x -d 'how many structs within structs are printed (20)'
complete -c interject -n '__fish_seen_subcommand_from call' -s q -l quiet -d 'print errors only'
complete -c interject -n '__fish_seen_subcommand_from call' -s h -l help -d 'show this help'
complete -c interject -n 'not __fish_seen_subcommand_from call syscall check goroutines repl batch recipe doctor maps gdb' -f -a syscall -d 'make one system call in a running process'
complete -c interject -n '__fish_seen_subcommand_from syscall' -f
complete -c interject -n '__fish_seen_subcommand_from syscall' -s p -l pid -xa '(__interject_pids)' -d 'the target; may be repeated'
complete -c interject -n '__fish_seen_subcommand_from syscall' -s n -l name -xa '(__interject_names)' -d 'every process of this comm or executable name'
complete -c interject -n '__fish_seen_subcommand_from syscall' -s t -l tid -xa '(__interject_tids)' -d 'this thread only; without -p of its process'
complete -c interject -n '__fish_seen_subcommand_from syscall' -l timeout -x -d 'how long the call may take (5s)'
complete -c interject -n '__fish_seen_subcommand_from syscall' -l pause-budget -x -d 'how long one stop may last besides the call (50ms)'
complete -c interject -n '__fish_seen_subcommand_from syscall' -l wait -x -d 'how long to try for a safe-point, or for --at (2s)'
complete -c interject -n '__fish_seen_subcommand_from syscall' -l at -x -d 'wait until a thread arrives there, and judge it there'
complete -c interject -n '__fish_seen_subcommand_from syscall' -s v -l explain -d 'tell more: what was done, where, and what lies in registers'
complete -c interject -n '__fish_seen_subcommand_from syscall' -l json -d 'one JSON object a line: an expression, thread, goroutine or target'
complete -c interject -n '__fish_seen_subcommand_from syscall' -l force -d 'call even where it is not safe; may break the target'
complete -c interject -n '__fish_seen_subcommand_from syscall' -l capture -d 'print what the call itself writes, too'
complete -c interject -n '__fish_seen_subcommand_from syscall' -l list -d 'print the names of all system calls, and exit'
complete -c interject -n '__fish_seen_subcommand_from syscall' -s q -l quiet -d 'print errors only'
complete -c interject -n '__fish_seen_subcommand_from syscall' -s h -l help -d 'show this help'
complete -c interject -n 'not __fish_seen_subcommand_from call syscall check goroutines repl batch recipe doctor maps gdb' -f -a check -d 'say where a call would be safe, injecting nothing'
complete -c interject -n '__fish_seen_subcommand_from check' -f
complete -c interject -n '__fish_seen_subcommand_from check' -s p -l pid -xa '(__interject_pids)' -d 'the target; may be repeated'
complete -c interject -n '__fish_seen_subcommand_from check' -s n -l name -xa '(__interject_names)' -d 'every process of this comm or executable name'
complete -c interject -n '__fish_seen_subcommand_from check' -s t -l tid -xa '(__interject_tids)' -d 'this thread only; without -p of its process'
complete -c interject -n '__fish_seen_subcommand_from check' -l wait -x -d 'how long to try for a safe-point, or for --at (2s)'
complete -c interject -n '__fish_seen_subcommand_from check' -l at -x -d 'wait until a thread arrives there, and judge it there'
complete -c interject -n '__fish_seen_subcommand_from check' -l avoid -x -d 'never while one of these functions runs; repeatable'
complete -c interject -n '__fish_seen_subcommand_from check' -l policy -rF -d 'more rules of what is unsafe; repeatable'
complete -c interject -n '__fish_seen_subcommand_from check' -s v -l explain -d 'tell more: what was done, where, and what lies in registers'
complete -c interject -n '__fish_seen_subcommand_from check' -l json -d 'one JSON object a line: an expression, thread, goroutine or target'
complete -c interject -n '__fish_seen_subcommand_from check' -s h -l help -d 'show this help'
complete -c interject -n 'not __fish_seen_subcommand_from call syscall check goroutines repl batch recipe doctor maps gdb' -f -a goroutines -d 'list the goroutines of a Go program, injecting nothing'
complete -c interject -n '__fish_seen_subcommand_from goroutines' -f
complete -c interject -n '__fish_seen_subcommand_from goroutines' -s p -l pid -xa '(__interject_pids)' -d 'the target; may be repeated'
complete -c interject -n '__fish_seen_subcommand_from goroutines' -s n -l name -xa '(__interject_names)' -d 'every process of this comm or executable name'
complete -c interject -n '__fish_seen_subcommand_from goroutines' -l json -d 'one JSON object a line: an expression, thread, goroutine or target'
complete -c interject -n '__fish_seen_subcommand_from goroutines' -s h -l help -d 'show this help'
complete -c interject -n 'not __fish_seen_subcommand_from call syscall check goroutines repl batch recipe doctor maps gdb' -f -a repl -d 'take commands from a person'
complete -c interject -n '__fish_seen_subcommand_from repl' -f
complete -c interject -n '__fish_seen_subcommand_from repl' -s p -l pid -xa '(__interject_pids)' -d 'the target; may be repeated'
complete -c interject -n '__fish_seen_subcommand_from repl' -s n -l name -xa '(__interject_names)' -d 'every process of this comm or executable name'
complete -c interject -n '__fish_seen_subcommand_from repl' -s t -l tid -xa '(__interject_tids)' -d 'this thread only; without -p of its process'
complete -c interject -n '__fish_seen_subcommand_from repl' -s g -l goroutine -x -d 'of a Go program: this goroutine only'
complete -c interject -n '__fish_seen_subcommand_from repl' -l timeout -x -d 'how long the call may take (5s)'
complete -c interject -n '__fish_seen_subcommand_from repl' -l pause-budget -x -d 'how long one stop may last besides the call (50ms)'
complete -c interject -n '__fish_seen_subcommand_from repl' -l wait -x -d 'how long to try for a safe-point, or for --at (2s)'
complete -c interject -n '__fish_seen_subcommand_from repl' -l walk -xa 'auto none pick step return trampoline exit restart simulate displace poll wake until retry' -d 'how to reach a safe-point: auto, none, or these walkers'
complete -c interject -n '__fish_seen_subcommand_from repl' -l until -x -d 'where it is unsafe, wait until a thread enters this function'
complete -c interject -n '__fish_seen_subcommand_from repl' -l at -x -d 'wait until a thread arrives there, and judge it there'
complete -c interject -n '__fish_seen_subcommand_from repl' -l decl -x -d 'declare a function: \'int f(const char *, ...)\'; repeatable'
complete -c interject -n '__fish_seen_subcommand_from repl' -l header -rF -d 'declare the functions of a C header of yours; repeatable'
complete -c interject -n '__fish_seen_subcommand_from repl' -l avoid -x -d 'never while one of these functions runs; repeatable'
complete -c interject -n '__fish_seen_subcommand_from repl' -l policy -rF -d 'more rules of what is unsafe; repeatable'
complete -c interject -n '__fish_seen_subcommand_from repl' -s v -l explain -d 'tell more: what was done, where, and what lies in registers'
complete -c interject -n '__fish_seen_subcommand_from repl' -l stack -xa 'auto own foreign' -d 'the call\'s stack: auto, own (the thread\'s), or foreign (a new one)'
complete -c interject -n '__fish_seen_subcommand_from repl' -l force -d 'call even where it is not safe; may break the target'
complete -c interject -n '__fish_seen_subcommand_from repl' -l rehearse -d 'call in a copy of the target first; in it only if that returned'
complete -c interject -n '__fish_seen_subcommand_from repl' -l in-copy -d 'call in a copy of the target only'
complete -c interject -n '__fish_seen_subcommand_from repl' -l no-init -d 'run no init files'
complete -c interject -n '__fish_seen_subcommand_from repl' -l capture -d 'print what the call itself writes, too'
complete -c interject -n '__fish_seen_subcommand_from repl' -l keep -d 'leave a call\'s strings and buffers in the target, and say where'
complete -c interject -n '__fish_seen_subcommand_from repl' -l print-elements -x -d 'how many elements of an array or string are printed (200)'
complete -c interject -n '__fish_seen_subcommand_from repl' -l print-depth -x -d 'how many structs within structs are printed (20)'
complete -c interject -n '__fish_seen_subcommand_from repl' -s q -l quiet -d 'print errors only'
complete -c interject -n '__fish_seen_subcommand_from repl' -s h -l help -d 'show this help'
complete -c interject -n 'not __fish_seen_subcommand_from call syscall check goroutines repl batch recipe doctor maps gdb' -f -a batch -d 'run a script of commands in running processes'
complete -c interject -n '__fish_seen_subcommand_from batch' -f
complete -c interject -n '__fish_seen_subcommand_from batch' -s p -l pid -xa '(__interject_pids)' -d 'the target; may be repeated'
complete -c interject -n '__fish_seen_subcommand_from batch' -s n -l name -xa '(__interject_names)' -d 'every process of this comm or executable name'
complete -c interject -n '__fish_seen_subcommand_from batch' -s t -l tid -xa '(__interject_tids)' -d 'this thread only; without -p of its process'
complete -c interject -n '__fish_seen_subcommand_from batch' -s g -l goroutine -x -d 'of a Go program: this goroutine only'
complete -c interject -n '__fish_seen_subcommand_from batch' -l timeout -x -d 'how long the call may take (5s)'
complete -c interject -n '__fish_seen_subcommand_from batch' -l pause-budget -x -d 'how long one stop may last besides the call (50ms)'
complete -c interject -n '__fish_seen_subcommand_from batch' -l wait -x -d 'how long to try for a safe-point, or for --at (2s)'
complete -c interject -n '__fish_seen_subcommand_from batch' -l walk -xa 'auto none pick step return trampoline exit restart simulate displace poll wake until retry' -d 'how to reach a safe-point: auto, none, or these walkers'
complete -c interject -n '__fish_seen_subcommand_from batch' -l until -x -d 'where it is unsafe, wait until a thread enters this function'
complete -c interject -n '__fish_seen_subcommand_from batch' -l at -x -d 'wait until a thread arrives there, and judge it there'
complete -c interject -n '__fish_seen_subcommand_from batch' -l decl -x -d 'declare a function: \'int f(const char *, ...)\'; repeatable'
complete -c interject -n '__fish_seen_subcommand_from batch' -l header -rF -d 'declare the functions of a C header of yours; repeatable'
complete -c interject -n '__fish_seen_subcommand_from batch' -l avoid -x -d 'never while one of these functions runs; repeatable'
complete -c interject -n '__fish_seen_subcommand_from batch' -l policy -rF -d 'more rules of what is unsafe; repeatable'
complete -c interject -n '__fish_seen_subcommand_from batch' -s v -l explain -d 'tell more: what was done, where, and what lies in registers'
complete -c interject -n '__fish_seen_subcommand_from batch' -l json -d 'one JSON object a line: an expression, thread, goroutine or target'
complete -c interject -n '__fish_seen_subcommand_from batch' -l stack -xa 'auto own foreign' -d 'the call\'s stack: auto, own (the thread\'s), or foreign (a new one)'
complete -c interject -n '__fish_seen_subcommand_from batch' -l force -d 'call even where it is not safe; may break the target'
complete -c interject -n '__fish_seen_subcommand_from batch' -l rehearse -d 'call in a copy of the target first; in it only if that returned'
complete -c interject -n '__fish_seen_subcommand_from batch' -l in-copy -d 'call in a copy of the target only'
complete -c interject -n '__fish_seen_subcommand_from batch' -l dry-run -d 'judge every call and make none'
complete -c interject -n '__fish_seen_subcommand_from batch' -s j -l jobs -x -d 'targets at a time (1)'
complete -c interject -n '__fish_seen_subcommand_from batch' -l targets -rF -d 'targets as JSON Lines, each with variables of its own'
complete -c interject -n '__fish_seen_subcommand_from batch' -l capture -d 'print what the call itself writes, too'
complete -c interject -n '__fish_seen_subcommand_from batch' -l keep -d 'leave a call\'s strings and buffers in the target, and say where'
complete -c interject -n '__fish_seen_subcommand_from batch' -l print-elements -x -d 'how many elements of an array or string are printed (200)'
complete -c interject -n '__fish_seen_subcommand_from batch' -l print-depth -x -d 'how many structs within structs are printed (20)'
complete -c interject -n '__fish_seen_subcommand_from batch' -s q -l quiet -d 'print errors only'
complete -c interject -n '__fish_seen_subcommand_from batch' -s h -l help -d 'show this help'
complete -c interject -n 'not __fish_seen_subcommand_from call syscall check goroutines repl batch recipe doctor maps gdb' -f -a recipe -d 'list, show and run scripts that come with the program'
complete -c interject -n '__fish_seen_subcommand_from recipe' -f
complete -c interject -n '__fish_seen_subcommand_from recipe' -s p -l pid -xa '(__interject_pids)' -d 'the target; may be repeated'
complete -c interject -n '__fish_seen_subcommand_from recipe' -s n -l name -xa '(__interject_names)' -d 'every process of this comm or executable name'
complete -c interject -n '__fish_seen_subcommand_from recipe' -s t -l tid -xa '(__interject_tids)' -d 'this thread only; without -p of its process'
complete -c interject -n '__fish_seen_subcommand_from recipe' -s g -l goroutine -x -d 'of a Go program: this goroutine only'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l timeout -x -d 'how long the call may take (5s)'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l pause-budget -x -d 'how long one stop may last besides the call (50ms)'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l wait -x -d 'how long to try for a safe-point, or for --at (2s)'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l walk -xa 'auto none pick step return trampoline exit restart simulate displace poll wake until retry' -d 'how to reach a safe-point: auto, none, or these walkers'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l until -x -d 'where it is unsafe, wait until a thread enters this function'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l avoid -x -d 'never while one of these functions runs; repeatable'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l policy -rF -d 'more rules of what is unsafe; repeatable'
complete -c interject -n '__fish_seen_subcommand_from recipe' -s v -l explain -d 'tell more: what was done, where, and what lies in registers'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l json -d 'one JSON object a line: an expression, thread, goroutine or target'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l stack -xa 'auto own foreign' -d 'the call\'s stack: auto, own (the thread\'s), or foreign (a new one)'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l force -d 'call even where it is not safe; may break the target'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l rehearse -d 'call in a copy of the target first; in it only if that returned'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l in-copy -d 'call in a copy of the target only'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l dry-run -d 'judge every call and make none'
complete -c interject -n '__fish_seen_subcommand_from recipe' -s j -l jobs -x -d 'targets at a time (1)'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l targets -rF -d 'targets as JSON Lines, each with variables of its own'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l capture -d 'print what the call itself writes, too'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l keep -d 'leave a call\'s strings and buffers in the target, and say where'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l print-elements -x -d 'how many elements of an array or string are printed (200)'
complete -c interject -n '__fish_seen_subcommand_from recipe' -l print-depth -x -d 'how many structs within structs are printed (20)'
complete -c interject -n '__fish_seen_subcommand_from recipe' -s q -l quiet -d 'print errors only'
complete -c interject -n '__fish_seen_subcommand_from recipe' -s h -l help -d 'show this help'
complete -c interject -n 'not __fish_seen_subcommand_from call syscall check goroutines repl batch recipe doctor maps gdb' -f -a doctor -d 'say whether this works here, and what stands in the way'
complete -c interject -n '__fish_seen_subcommand_from doctor' -f
complete -c interject -n '__fish_seen_subcommand_from doctor' -s p -l pid -xa '(__interject_pids)' -d 'the target; may be repeated'
complete -c interject -n '__fish_seen_subcommand_from doctor' -s n -l name -xa '(__interject_names)' -d 'every process of this comm or executable name'
complete -c interject -n '__fish_seen_subcommand_from doctor' -l json -d 'one JSON object a line: an expression, thread, goroutine or target'
complete -c interject -n '__fish_seen_subcommand_from doctor' -s v -l verbose -d 'show what is all right, too'
complete -c interject -n '__fish_seen_subcommand_from doctor' -s h -l help -d 'show this help'
complete -c interject -n 'not __fish_seen_subcommand_from call syscall check goroutines repl batch recipe doctor maps gdb' -f -a maps -d 'show, verify and encode what is known of a file\'s instructions'
complete -c interject -n '__fish_seen_subcommand_from maps' -f
complete -c interject -n '__fish_seen_subcommand_from maps' -l source -xa 'go llvm ocaml native' -d 'where maps come from: go, llvm, ocaml or native'
complete -c interject -n '__fish_seen_subcommand_from maps' -l codec -xa 'pcdata huffman interleaved best' -d 'of encode: pcdata, huffman, interleaved or best (the default)'
complete -c interject -n '__fish_seen_subcommand_from maps' -s o -l output -rF -d 'of encode: where to write the .ijmap file'
complete -c interject -n '__fish_seen_subcommand_from maps' -l slop -d 'extend registers from their last use to where they are overwritten'
complete -c interject -n '__fish_seen_subcommand_from maps' -l json -d 'one JSON object a line: an expression, thread, goroutine or target'
complete -c interject -n '__fish_seen_subcommand_from maps' -s h -l help -d 'show this help'
complete -c interject -n 'not __fish_seen_subcommand_from call syscall check goroutines repl batch recipe doctor maps gdb' -f -a gdb -d 'speak as gdb does: its command line and its commands'
complete -c interject -n '__fish_seen_subcommand_from gdb' -f
complete -c interject -n '__fish_seen_subcommand_from gdb' -l args -d 'what follows is the program and its arguments'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l batch -d 'end after the commands given; no questions'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l batch-gdb-status -d 'the exit status is gdb\'s own: see interject-gdb(1)'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l batch-silent -d 'the same as --batch'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s b -l baud -x -d 'accepted, and of no use here'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l cd -rF -d 'change to this folder first'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s x -l command -rF -d 'run the commands of a file'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s c -l core -rF -d 'refused: there are no calls into a core'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s D -l data-directory -rF -d 'accepted, and of no use here'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s d -l directory -rF -d 'look for source files there, too'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l early-init-eval-command -x -d 'the same as --init-eval-command'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l eval-command -x -d 'run a command'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s e -l exec -rF -d 'the program to be run'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s h -l help -d 'show this help'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l init-eval-command -x -d 'run a command before the program is loaded'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l init-command -rF -d 'run the commands of a file before the program is loaded'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s i -l interpreter -x -d 'console, or GDB/MI for editors: mi, mi2, mi3'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l nh -d 'do not run ~/.gdbinit, which is not run anyway'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l nw -d 'no windows, of which there are none'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l nowindows -d 'the same'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s n -l nx -d 'run no file of commands that is not named'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s p -l pid -xa '(__interject_pids)' -d 'attach to this process'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s q -l quiet -d 'no greeting'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l readnever -d 'accepted: nothing is read that is not asked for'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s r -l readnow -d 'accepted, and of no use here'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l return-child-result -d 'accepted, and of no use here'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l se -rF -d 'the program, for running and for its symbols'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l silent -d 'no greeting'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s s -l symbols -rF -d 'the file that symbols are read from'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s t -l tty -rF -d 'the terminal of the program that is run'
complete -c interject -n '__fish_seen_subcommand_from gdb' -s v -l version -d 'show the version'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l l -x -d 'accepted, and of no use here'
complete -c interject -n '__fish_seen_subcommand_from gdb' -l write -d 'accepted, and of no use here'
complete -c interject -n '__interject_first syscall' -f -a '(interject syscall --list 2>/dev/null)'
complete -c interject -n '__interject_first maps' -f -a 'show stat verify encode'
complete -c interject -n '__interject_first recipe' -f -a 'list show run'
complete -c interject -n '__fish_seen_subcommand_from recipe; and __fish_seen_subcommand_from show run' -f -a '(interject recipe list 2>/dev/null | string replace -r " .*" "")'
complete -c interject -n '__fish_seen_subcommand_from maps batch gdb' -F
